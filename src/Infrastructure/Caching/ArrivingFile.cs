using Microsoft.Win32.SafeHandles;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// A file that is being downloaded to this server's disk, and is read while it grows. Its last byte is held back until the digest of the whole is verified,
/// so a client that has the whole file has the published one. Safe for concurrent use; its streams are not.
/// </summary>
internal sealed class ArrivingFile : IDisposable
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = Signal();
    private SafeFileHandle? _handle;
    private long? _length;
    private long _readable;
    private Failure? _failure;
    private int _users = 1;

    /// <summary>Whether the failure says nothing about other callers.</summary>
    public bool IsFailureOfCaller { get; private set; }

    /// <summary>
    /// Waits until that many bytes can be read, or all of a shorter file.
    /// </summary>
    /// <returns>Why the download failed; null when the bytes are there.</returns>
    public async Task<Failure?> AwaitAsync(long bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_failure is not null || (_handle is not null && _readable >= Math.Min(bytes, _length ?? bytes)))
                {
                    return _failure;
                }

                moved = _moved.Task;
            }

            await moved.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Adds a user, who disposes of the file or of the stream of <see cref="Open"/>; false where the last user is gone already.</summary>
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

    /// <summary>
    /// A stream of the whole file, for a user who has joined and waited; it can seek once the length is known. Reading throws <see cref="BrokenDownloadException"/> when the download fails.
    /// </summary>
    public Stream Open()
    {
        lock (_lock)
        {
            return new Reader(this, _handle ?? throw new InvalidOperationException("Nothing of it has arrived."));
        }
    }

    /// <summary>Sets the path, and the final length if it is known.</summary>
    public void Begin(string path, long? length)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        Move(() => (_handle, _length) = (handle, length));
    }

    /// <summary>Sets how many bytes have arrived.</summary>
    public void Grow(long bytes) => Move(() => _readable = Math.Max(_readable, Math.Min(bytes, (_length ?? bytes) - 1)));

    /// <summary>Completes the file, with its digest verified.</summary>
    public void End(long length) => Move(() => (_length, _readable) = (length, length));

    /// <summary>Fails the download, unless it is complete.</summary>
    public void Fail(Failure failure, bool isOfCaller) => Move(() =>
    {
        if (_handle is null || _readable != _length)
        {
            (_failure, IsFailureOfCaller) = (failure, isOfCaller);
        }
    });

    /// <summary>Removes a user; the last one closes the handle.</summary>
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

    private long? Length()
    {
        lock (_lock)
        {
            return _length;
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

    private sealed class Reader(ArrivingFile file, SafeFileHandle handle) : ReadOnlyStream
    {
        private bool _isDisposed;

        public override bool CanSeek => file.Length() is not null;

        public override long Length => file.Length() ?? throw new NotSupportedException();

        public override long Position { get; set; }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await file.AwaitAsync(Position + 1, cancellationToken) is { } failure)
            {
                throw new BrokenDownloadException(failure);
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
