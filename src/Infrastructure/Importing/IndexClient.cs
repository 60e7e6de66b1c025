using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;
using ResiliencePipeline = Polly.ResiliencePipeline;

namespace PyWharf.Infrastructure.Importing;

/// <summary>Requests pages and files over HTTP, with retries. Proxies are those of the environment, as <see cref="HttpClient"/> reads it.</summary>
internal sealed class IndexClient : IDisposable
{
    private const int MaxConnections = 64;

    private readonly HttpClient _http;
    private readonly IndexOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _resilience;

    /// <param name="index">The URL of the index; null where files of any server are fetched, without credentials.</param>
    /// <param name="credentials">User and password for the index's own origin; null for none.</param>
    /// <param name="options">Timeouts, retries and limits.</param>
    /// <param name="time">The clock of those.</param>
    public IndexClient(Uri? index, (string User, string Password)? credentials, IndexOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var basic = credentials is var (user, password) ? IndexHttpClient.Basic(user, password) : null;
        var rules = new RedirectRules("The index", index, basic) { Hint = "import from there if that is the index you mean", MaxRedirects = 10 };
        _http = IndexHttpClient.Create(rules, options.ConnectTimeout, MaxConnections);
        _resilience = IndexResilience.Create(options, time);
    }

    /// <summary>The limits.</summary>
    public IndexOptions Options => _options;

    /// <summary>Requests a page, and reads it.</summary>
    /// <param name="page">Its URL.</param>
    /// <param name="read">Reads the response; may be called again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Outcome<T>> GetPageAsync<T>(Uri page, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, page);
                request.Headers.Add("Accept", $"{UpstreamClient.Json}, {UpstreamClient.Html}; q=0.2, text/html; q=0.01");
                request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(PageBody.Gzip));

                return request;
            },
            read,
            cancellationToken);

    /// <summary>Requests a file, and reads it; of any server to which the link leads.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="file">Its URL.</param>
    /// <param name="read">Reads the response; may be called again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Outcome<T>> SendForFileAsync<T>(
        HttpMethod method, Uri file, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, file);
                request.Options.Set(IndexRedirectHandler.MayLeave, true);

                return request;
            },
            read,
            cancellationToken);

    /// <summary>The body of a response, whose reader does not wait forever.</summary>
    public Stream Guard(Stream body) => new StallGuard(body, _options.StallTimeout, _time);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<Outcome<T>> SendAsync<T>(
        Func<HttpRequestMessage> create, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await _resilience.ExecuteAsync(async token => await TrySendAsync(create, read, token), cancellationToken);
        }
        catch (UpstreamException exception)
        {
            return new Failure(exception.Kind, exception.Message);
        }
    }

    private async Task<T> TrySendAsync<T>(
        Func<HttpRequestMessage> create, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var request = create();
        var host = request.RequestUri?.Host;
        using var limit = new CancellationTokenSource(_options.ResponseTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            limit.CancelAfter(Timeout.InfiniteTimeSpan);

            return response.IsSuccessStatusCode ? await read(response, cancellationToken) : throw Refusal(response);
        }
        catch (HttpRequestException exception) when (ConnectionTrouble.ReasonOf(exception) is { } reason)
        {
            throw new UpstreamException(FailureKind.Unavailable, $"{host} cannot be reached: {reason}.", innerException: exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException(FailureKind.Unavailable, $"{host} did not answer in time.", innerException: exception);
        }
        catch (TimeoutException exception)
        {
            throw new UpstreamException(FailureKind.Unavailable, $"{host} stopped sending.", innerException: exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UpstreamException(FailureKind.Unavailable, $"{host} broke off its answer.", innerException: exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            throw new UpstreamException(FailureKind.BadGateway, $"{host} answered nonsense.", innerException: exception);
        }
    }

    private UpstreamException Refusal(HttpResponseMessage response)
    {
        var (status, host) = (response.StatusCode, response.RequestMessage?.RequestUri?.Host);
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - _time.GetUtcNow());

        return status switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new UpstreamException(FailureKind.NotFound, $"{host} answers {(int)status}: it is not there."),
            HttpStatusCode.Unauthorized => new UpstreamException(
                FailureKind.Unauthenticated, $"{host} answers 401: it wants credentials, or others. --user and --password_env name those of the index."),
            HttpStatusCode.Forbidden => new UpstreamException(FailureKind.Forbidden, $"{host} answers 403: whoever asks may not read it."),
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => new UpstreamException(
                FailureKind.Unavailable, $"{host} answers {(int)status}.", wait < TimeSpan.Zero ? TimeSpan.Zero : wait),
            _ => new UpstreamException(FailureKind.BadGateway, $"{host} answers {(int)status}."),
        };
    }
}
