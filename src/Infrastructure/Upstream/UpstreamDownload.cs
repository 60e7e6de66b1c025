using System.Net;
using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Caching;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>A file that an upstream page links to.</summary>
/// <param name="http">Follows redirects by the rules of the index.</param>
/// <param name="location">Absolute; may be a signed URL, so only its host is told.</param>
/// <param name="file">The file.</param>
/// <param name="time">Measures timeouts.</param>
internal sealed class UpstreamDownload(HttpClient http, Uri location, ExpectedFile file, TimeProvider time) : IRemoteFile
{
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Server => location.Host;

    /// <inheritdoc/>
    public async Task<RemoteContent> OpenAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ResponseTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, location);
            request.Headers.Range = range;
            // The digest is that of the bytes as they were published.
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            try
            {
                return await ReadAsync(response, cancellationToken);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (UpstreamException exception)
        {
            throw new RemoteFileException(exception.ToFailure(), exception);
        }
        catch (HttpRequestException exception) when (ConnectionTrouble.ReasonOf(exception) is { } reason)
        {
            throw Unavailable($"cannot be reached: {reason}", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Unavailable("broke off its answer", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable("did not answer in time", exception);
        }
    }

    private async Task<RemoteContent> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode is not HttpStatusCode.OK and not HttpStatusCode.PartialContent)
        {
            throw Refusal(response);
        }

        var headers = response.Content.Headers;
        if (!file.HasDigest && UnverifiableReason(response) is { } reason)
        {
            throw new RemoteFileException(new Failure(
                FailureKind.BadGateway, $"{Server} sends {file.Name} {reason}, and no digest is known: whether it is the file can't be told.", RetryAfter));
        }

        var body = await response.Content.ReadAsStreamAsync(cancellationToken);

        return response.StatusCode == HttpStatusCode.OK
            ? new RemoteContent(body, from: 0, headers.ContentLength, headers.ContentLength, response)
            : new RemoteContent(body, headers.ContentRange?.From ?? 0, headers.ContentLength, headers.ContentRange?.Length, response);
    }

    /// <summary>What would let a wrong file become the one that counts, a clause; null if nothing does.</summary>
    private string? UnverifiableReason(HttpResponseMessage response) =>
        response.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)) ? "in a coding that it was not asked for"
        // Such a body ends with its connection, however that ends.
        : file.Size is null && response.Content.Headers.ContentLength is null && response.Headers.TransferEncodingChunked != true && response.Version.Major < 2 ? "without its length"
        : null;

    private RemoteFileException Refusal(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - time.GetUtcNow());

        return status switch
        {
            404 or 410 => new RemoteFileException(new Failure(FailureKind.NotFound, $"{Server} no longer has {file.Name}.")),
            401 or 403 => new RemoteFileException(new Failure(FailureKind.BadGateway, $"{Server} refuses {file.Name} to this server ({status}).", RetryAfter)),
            408 or 429 or >= 500 => new RemoteFileException(
                new UpstreamException(FailureKind.Unavailable, $"{Server} answered {status} for {file.Name}: try again later.", wait ?? RetryAfter).ToFailure())
            {
                // Who names a time wants to be left alone until then.
                IsTransient = wait is null && status != 429,
            },
            _ => new RemoteFileException(new Failure(FailureKind.BadGateway, $"{Server} answered {status} for {file.Name}.", RetryAfter)),
        };
    }

    private RemoteFileException Unavailable(string what, Exception exception) =>
        new(new Failure(FailureKind.Unavailable, $"{Server} {what}, so {file.Name} can't be had: try again later.", RetryAfter), exception) { IsTransient = true };
}
