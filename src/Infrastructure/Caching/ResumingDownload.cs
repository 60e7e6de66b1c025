using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// The bytes of a file on another server as a forward-only stream. When the server breaks off, stalls or only trickles, the rest is requested. Reading throws
/// <see cref="RemoteFileException"/>, within a minute after the last bytes.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="time">Measures timeouts.</param>
/// <param name="canResume">Whether the file may be put together from several responses: not where no digest tells that they fit.</param>
internal sealed class ResumingDownload(IRemoteFile file, TimeProvider time, bool canResume = true) : ReadOnlyStream
{
    /// <summary>How long the server may take for the next <see cref="Trickle"/> bytes.</summary>
    internal static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(15);

    private const int Trickle = 16 * 1024;
    private const int Tries = 3;

    // After this many bytes the attempts are counted from the beginning.
    private const int Progress = 1024 * 1024;

    // For all attempts since the last bytes, with those that a storage's own client repeats.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private RemoteContent? _content;
    private long? _length;
    private long _position;
    private long _skip;
    private long _positionOfTry;
    private int _tries;
    private int _gained;
    private TimeSpan _idle;
    private TimeSpan _waited;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>The length in bytes, null if the server does not say; connects if that has not happened yet.</summary>
    public async Task<long?> GetLengthAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await ConnectAsync(cancellationToken);

                return _length;
            }
            catch (Exception exception) when (IsTransient(exception, cancellationToken))
            {
                await PrepareNextTryAsync(exception, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Exception? trouble = null;
            try
            {
                var content = await ConnectAsync(cancellationToken);
                var part = _skip > 0 && buffer.Length > _skip ? buffer[..(int)_skip] : buffer;
                var read = await LimitAsync(token => content.Body.ReadAsync(part, token), IdleTimeout - _idle, cancellationToken);
                CountGain(read);
                if (_skip > 0 && read > 0)
                {
                    // The server sends the file from its beginning again.
                    _skip -= read;
                    continue;
                }

                _position += read;
                if (read > 0 || buffer.IsEmpty || (_skip == 0 && _position == (_length ?? _position)))
                {
                    return read;
                }
            }
            catch (Exception exception) when (IsTransient(exception, cancellationToken))
            {
                trouble = exception;
            }

            await PrepareNextTryAsync(trouble, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Disconnect();
        base.Dispose(disposing);
    }

    private async ValueTask<RemoteContent> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_content is not null)
        {
            return _content;
        }

        var range = _position == 0 ? null : new RangeHeaderValue(_position, null);
        var content = await LimitAsync(token => new ValueTask<RemoteContent>(file.OpenAsync(range, token)), Patience - _waited, cancellationToken);
        if ((content.From != _position && content.From != 0) || (_length is not null && content.Length is not null && content.Length != _length))
        {
            content.Dispose();
            throw Unavailable("sends another part of the file than it was asked for");
        }

        (_skip, _idle, _gained) = (_position - content.From, TimeSpan.Zero, 0);
        _length ??= content.Length;

        return _content = content;
    }

    private async Task PrepareNextTryAsync(Exception? trouble, CancellationToken cancellationToken)
    {
        Disconnect();
        _tries = _position - _positionOfTry >= Progress ? 1 : _tries + 1;
        _positionOfTry = _position;
        var pause = Pause * _tries;
        if (_tries >= Tries || _waited + pause >= Patience || (_position > 0 && !canResume))
        {
            throw trouble as RemoteFileException ?? Unavailable(_position > 0 ? "sends the file only in part" : "does not send the file in time", trouble);
        }

        await Task.Delay(pause, time, cancellationToken);
        _waited += pause;
    }

    /// <summary>Waits no longer than that. Time that this server takes itself, to write what it has read, does not count.</summary>
    private async ValueTask<T> LimitAsync<T>(Func<CancellationToken, ValueTask<T>> work, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var start = time.GetTimestamp();
        try
        {
            return await work(either.Token);
        }
        finally
        {
            var elapsed = time.GetElapsedTime(start);
            _idle += elapsed;
            _waited += elapsed;
        }
    }

    private void CountGain(int bytes)
    {
        _gained += bytes;
        if (_gained >= Trickle)
        {
            (_gained, _idle, _waited) = (0, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    private static bool IsTransient(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        RemoteFileException known => known.IsTransient,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => exception is HttpRequestException or IOException,
    };

    private void Disconnect()
    {
        _content?.Dispose();
        _content = null;
    }

    private RemoteFileException Unavailable(string what, Exception? inner = null) =>
        new(new Failure(FailureKind.Unavailable, $"{file.Server} {what}: try again later.", RetryAfter), inner);
}
