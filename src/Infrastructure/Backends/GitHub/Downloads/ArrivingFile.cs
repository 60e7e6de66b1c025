using Microsoft.Win32.SafeHandles;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// A file on its way to this server's disk, which several read while it grows. Its last byte is held back until the whole was seen to have its
/// digest: a client that has a whole file has the published one. Safe for concurrent use; its streams are not.
/// </summary>
internal sealed class ArrivingFile : IDisposable
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = Signal();
    private SafeFileHandle? _handle;
    private long _length;
    private long _readable;
    private Failure? _failure;
    private int _users = 1;

    /// <summary>
    /// Waits until so many bytes can be read, or as many as there are.
    /// </summary>
    /// <returns>Why they can't be had; null when they can.</returns>
    public async Task<Failure?> AwaitAsync(long bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_failure is not null || (_handle is not null && _readable >= Math.Min(bytes, _length)))
                {
                    return _failure;
                }

                moved = _moved.Task;
            }

            await moved.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Makes one more use it, who disposes of it or of what <see cref="Open"/> returns; false where it was let go meanwhile.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_users == 0)
            {
                return false;
            }

            _users++;

            return true;
        }
    }

    /// <summary>A stream of all of it, for one who has joined and waited. Reading throws IOException when it can't be had.</summary>
    public Stream Open() => new Reader(this, _handle ?? throw new InvalidOperationException("Nothing of it has arrived."), _length);

    /// <summary>Tells where it grows, and how long it will be.</summary>
    public void Begin(string path, long length) => Move(() =>
    {
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        _length = length;
    });

    /// <summary>Tells how much of it is there.</summary>
    public void Grow(long bytes) => Move(() => _readable = Math.Max(_readable, Math.Min(bytes, _length - 1)));

    /// <summary>Tells that it is there, and has its digest.</summary>
    public void End() => Move(() => _readable = _length);

    /// <summary>Tells that it can't be had, unless all of it is there.</summary>
    public void Fail(Failure failure) => Move(() => _failure = _readable < _length || _handle is null ? failure : null);

    /// <summary>Lets go of it: the handle is closed once nobody reads it any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _handle?.Dispose();
            }
        }
    }

    private void Move(Action change)
    {
        lock (_lock)
        {
            change();
            _moved.SetResult();
            _moved = Signal();
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Reader(ArrivingFile file, SafeFileHandle handle, long length) : ReadOnlyStream
    {
        private bool _isDisposed;

        public override bool CanSeek => true;

        public override long Length => length;

        public override long Position { get; set; }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await file.AwaitAsync(Position + 1, cancellationToken) is { } failure)
            {
                throw new IOException(failure.Message);
            }

            var readable = (int)Math.Min(buffer.Length, Volatile.Read(ref file._readable) - Position);
            var read = readable <= 0 ? 0 : await RandomAccess.ReadAsync(handle, buffer[..readable], Position, cancellationToken);
            Position += read;

            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
