using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// The bytes of a file on another server as a forward-only stream. When the server breaks off or stalls, the rest is requested as a range. Reading throws
/// <see cref="RemoteFileException"/>.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="time">Measures timeouts.</param>
internal sealed class ResumingDownload(IRemoteFile file, TimeProvider time) : ReadOnlyStream
{
    /// <summary>How long the server may send nothing.</summary>
    internal static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    private const int Tries = 4;

    // After this many bytes the attempts are counted from the beginning.
    private const int Progress = 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private RemoteContent? _content;
    private long? _length;
    private long _position;
    private long _positionOfTry;
    private int _tries;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>The length in bytes; connects if it is not known yet.</summary>
    public async Task<long> GetLengthAsync(CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);

        return _length ?? 0; // known after connecting
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var content = await ConnectAsync(cancellationToken);
            Exception? trouble = null;
            using var timeout = new CancellationTokenSource(IdleTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                var read = await content.Body.ReadAsync(buffer, either.Token);
                _position += read;
                if (read > 0 || buffer.IsEmpty || _position == _length)
                {
                    return read;
                }
            }
            catch (Exception exception)
                when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                trouble = exception;
            }

            Disconnect();
            _tries = _position - _positionOfTry >= Progress ? 1 : _tries + 1;
            _positionOfTry = _position;
            if (_tries >= Tries)
            {
                throw Unavailable("sends the file only in part", trouble);
            }

            await Task.Delay(Pause * _tries, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Disconnect();
        base.Dispose(disposing);
    }

    private async Task<RemoteContent> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_content is not null)
        {
            return _content;
        }

        var content = await file.OpenAsync(_position == 0 ? null : new RangeHeaderValue(_position, null), cancellationToken);
        if (content.From != _position || content.Length is null || content.Length != (_length ?? content.Length))
        {
            content.Dispose();
            throw Unavailable("sends another part of the file than it was asked for");
        }

        _length = content.Length;

        return _content = content;
    }

    private void Disconnect()
    {
        _content?.Dispose();
        _content = null;
    }

    private RemoteFileException Unavailable(string what, Exception? inner = null) =>
        new(new Failure(FailureKind.Unavailable, $"{file.Server} {what}: try again later.", RetryAfter), inner);
}
