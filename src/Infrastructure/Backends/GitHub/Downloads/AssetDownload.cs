using System.Net;
using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// The bytes of an asset as a forward-only stream. When GitHub's storage breaks off or stalls, the rest is requested as a range. Reading throws
/// <see cref="GitHubException"/>.
/// </summary>
/// <param name="urls">The URLs of assets.</param>
/// <param name="token">A token that may read it.</param>
/// <param name="asset">The asset.</param>
/// <param name="time">Measures timeouts.</param>
internal sealed class AssetDownload(SignedUrls urls, Secret token, Uri asset, TimeProvider time) : ReadOnlyStream
{
    /// <summary>How long the storage may send nothing.</summary>
    internal static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    private const int Tries = 4;

    // After this many bytes the attempts are counted from the beginning.
    private const int Progress = 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    private HttpResponseMessage? _response;
    private Stream? _body;
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
            var body = await ConnectAsync(cancellationToken);
            Exception? trouble = null;
            using var timeout = new CancellationTokenSource(IdleTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                var read = await body.ReadAsync(buffer, either.Token);
                _position += read;
                if (read > 0 || buffer.IsEmpty || _position == _length)
                {
                    return read;
                }
            }
            catch (Exception exception) when (exception.IsTransportError() || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                trouble = exception;
            }

            Disconnect();
            _tries = _position - _positionOfTry >= Progress ? 1 : _tries + 1;
            _positionOfTry = _position;
            if (_tries >= Tries)
            {
                throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub's storage sends the file only in part.", inner: trouble);
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

    private async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_body is not null)
        {
            return _body;
        }

        _response = await urls.FetchAsync(token, asset, _position == 0 ? null : new RangeHeaderValue(_position, null), cancellationToken);
        var headers = _response.Content.Headers;
        var (from, length) = _response.StatusCode switch
        {
            HttpStatusCode.PartialContent => (headers.ContentRange?.From, headers.ContentRange?.Length),
            HttpStatusCode.OK => (0, headers.ContentLength),
            _ => (null, null),
        };
        if (from != _position || length is null || length != (_length ?? length))
        {
            throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub's storage sends another part of the file than it was asked for.");
        }

        _length = length;

        return _body = await _response.Content.ReadAsStreamAsync(cancellationToken);
    }

    private void Disconnect()
    {
        _body?.Dispose();
        _response?.Dispose();
        (_body, _response) = (null, null);
    }
}
