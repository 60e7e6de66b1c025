using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using PyWharf.Application.Rendering;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Requests pages of an upstream index over HTTP, with retries.</summary>
internal sealed class UpstreamClient : IDisposable
{
    internal const string Json = "application/vnd.pypi.simple.v1+json";
    internal const string Html = "application/vnd.pypi.simple.v1+html";

    private const int LongestETag = 256;
    private const int MostLargeAnswers = 2;
    private const int MaxConnections = 32;

    private readonly Uri _index;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _resilience;
    private readonly int _maxAnswerBytes;
    private readonly string _offSwitch;
    private readonly SemaphoreSlim _largeAnswers = new(MostLargeAnswers);

    /// <param name="index">The URL of the project list; a user and a password in it are sent as Basic credentials.</param>
    /// <param name="options">Timeouts, retries and limits.</param>
    /// <param name="time">The clock of those.</param>
    public UpstreamClient(Uri index, UpstreamOptions options, TimeProvider time)
    {
        if (index.Scheme != Uri.UriSchemeHttps && index.Scheme != Uri.UriSchemeHttp)
        {
            throw new ArgumentException("The URL of an upstream index begins with https:// or http://.", nameof(index));
        }

        // Kept without the credentials, so that they are not logged.
        _index = new UriBuilder(index) { UserName = "", Password = "", Query = "", Fragment = "", Path = index.AbsolutePath.TrimEnd('/') + '/' }.Uri;
        _time = time;
        _maxAnswerBytes = options.MaxAnswerBytes;
        _offSwitch = options.OffSwitch;
        _http = Connect(_index, IndexHttpClient.CredentialsOf(index), options);
        _resilience = Resilience(options, time);
    }

    /// <summary>The host of the index.</summary>
    public string Host => _index.Host;

    /// <summary>Requests the page of a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="validators">Of the cached page.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="UpstreamException">There is no response, or no valid one.</exception>
    public async Task<UpstreamResponse> FetchAsync(ProjectName project, PageValidators validators, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _resilience.ExecuteAsync(async token => await TryFetchAsync(project.ToString(), validators, token), cancellationToken);
            Instruments.CountUpstreamRequest(response switch
            {
                UpstreamResponse.Found => Instruments.Ok,
                UpstreamResponse.NotModified => "not_modified",
                _ => "not_found",
            });

            return response;
        }
        catch (UpstreamException exception)
        {
            Instruments.CountUpstreamRequest(Instruments.OutcomeOf(exception.ToFailure()));
            throw;
        }
        catch (TimeoutRejectedException exception)
        {
            Instruments.CountUpstreamRequest("timeout");
            throw new UpstreamException(FailureKind.Unavailable, $"The upstream index at {Host} did not answer in time.", innerException: exception) { IsTimeout = true };
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _largeAnswers.Dispose();
    }

    private static HttpClient Connect(Uri index, AuthenticationHeaderValue? credentials, UpstreamOptions options)
    {
        var http = IndexHttpClient.Create(RulesOf(index, credentials, options.Guard), options.ConnectTimeout, MaxConnections);
        http.DefaultRequestVersion = HttpVersion.Version20;
        http.DefaultRequestHeaders.Add("Accept", $"{Json}, {Html}; q=0.2, text/html; q=0.01");
        http.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue(PageBody.Gzip));

        return http;
    }

    private static RedirectRules RulesOf(Uri index, AuthenticationHeaderValue? credentials, AddressGuard? guard) =>
        new($"The upstream index at {index.Host}", index, credentials)
        {
            Hint = "if that is the index you mean, name it in --extra_index_url",
            LeavesOrigin = guard is not null,
            Guard = guard,
        };

    private static ResiliencePipeline Resilience(UpstreamOptions options, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(options.TotalTimeout)
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                ShouldHandle = new PredicateBuilder()
                    .Handle<TimeoutRejectedException>()
                    .Handle<UpstreamException>(trouble =>
                        trouble.Kind == FailureKind.Unavailable && !trouble.IsOffline && !(trouble.RetryAfter > options.LongestRetryAfter)),
                // Null leaves the delay to the backoff.
                DelayGenerator = arguments => new ValueTask<TimeSpan?>((arguments.Outcome.Exception as UpstreamException)?.RetryAfter),
            })
            .AddTimeout(options.AttemptTimeout)
            .Build();

    private async Task<UpstreamResponse> TryFetchAsync(string project, PageValidators validators, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_index, project + '/'));
        request.Headers.IfModifiedSince = validators.LastModified;
        if (validators.ETag is { } etag)
        {
            request.Headers.Add("If-None-Match", etag);
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

            return response.StatusCode switch
            {
                HttpStatusCode.OK => new UpstreamResponse.Found(
                    await ReadAsync(project, response, cancellationToken),
                    new PageValidators(response.Headers.ETag?.ToString() is { Length: <= LongestETag } tag ? tag : null, response.Content.Headers.LastModified),
                    MaxAge(response.Headers)),
                HttpStatusCode.NotModified when validators != PageValidators.None => new UpstreamResponse.NotModified(),
                HttpStatusCode.NotFound or HttpStatusCode.Gone => new UpstreamResponse.NotFound(),
                _ => throw Refusal(response),
            };
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new UpstreamException(
                FailureKind.BadGateway, $"The answer of the upstream index at {Host} is larger than this server takes.", innerException: exception);
        }
        catch (HttpRequestException exception) when (ConnectionTrouble.ReasonOf(exception) is { } reason)
        {
            throw Offline(request.RequestUri, reason, exception);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw Offline(request.RequestUri, "there is no connection in time", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UpstreamException(FailureKind.Unavailable, $"The upstream index at {Host} broke off its answer.", innerException: exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            throw new UpstreamException(FailureKind.BadGateway, $"The upstream index at {Host} answered nonsense.", innerException: exception);
        }
    }

    private async Task<ProjectPage> ReadAsync(string project, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var address = response.RequestMessage?.RequestUri ?? _index;
        switch (response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant())
        {
            case Json:
                await using (var body = await PageBody.OpenAsync(response.Content, _maxAnswerBytes, _largeAnswers, Host, cancellationToken))
                {
                    return await UpstreamJson.ReadAsync(project, address, body, cancellationToken);
                }

            case Html or "text/html":
                using (var reader = new StreamReader(await PageBody.OpenAsync(response.Content, _maxAnswerBytes / 3, _largeAnswers, Host, cancellationToken), Encoding.UTF8))
                {
                    var html = await reader.ReadToEndAsync(cancellationToken);
                    var page = UpstreamHtml.Read(project, address, html);

                    return UpstreamHtml.IsIndexPage(html, page) ? page : throw NoPage();
                }

            default:
                throw NoPage();
        }
    }

    private static TimeSpan? MaxAge(HttpResponseHeaders headers) =>
        headers.CacheControl is not { } cache ? null
        : cache.NoCache || cache.NoStore ? TimeSpan.Zero
        : cache.MaxAge - (headers.Age ?? TimeSpan.Zero);

    private UpstreamException NoPage() =>
        new(FailureKind.BadGateway, $"The upstream index at {Host} answered with something else than an index page.");

    /// <param name="address">What was asked; the address of a redirect, if there was one.</param>
    /// <param name="reason">Why there is no connection.</param>
    /// <param name="exception">The cause.</param>
    private UpstreamException Offline(Uri? address, string reason, Exception exception) => address is null || address.IdnHost == _index.IdnHost
        ? new UpstreamException(
            FailureKind.Unavailable,
            $"The upstream index at {Host} cannot be reached: {reason}. Where it never can be, {_offSwitch} keeps the server from asking.",
            innerException: exception)
        {
            IsOffline = true,
        }

        // Concerns the project that is redirected there, and no other.
        : new UpstreamException(FailureKind.Unavailable, $"The upstream index at {Host} redirects to {address.IdnHost}, which cannot be reached: {reason}.", innerException: exception);

    private UpstreamException Refusal(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        401 or 403 => new UpstreamException(FailureKind.BadGateway, $"The upstream index at {Host} refuses this server."),
        429 or >= 500 => new UpstreamException(
            FailureKind.Unavailable, $"The upstream index at {Host} answered {(int)response.StatusCode}.", RetryAfter(response.Headers.RetryAfter)),
        _ => new UpstreamException(FailureKind.BadGateway, $"The upstream index at {Host} answered {(int)response.StatusCode}."),
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date - _time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
