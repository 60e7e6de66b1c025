using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using PyWharf.Application.Telemetry;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// Timeouts, retries and rate limits of all requests to GitHub. Reads are retried after transient errors. Writes are sent once, as their outcome is not
/// known then, and again only after a rate limit, which says that GitHub did nothing.
/// </summary>
internal sealed class GitHubResilienceHandler : DelegatingHandler
{
    private const int Retries = 4;

    /// <summary>A longer wait is reported instead of waited for: pip and twine would give up meanwhile.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(0.5);

    private static readonly ResiliencePropertyKey<HttpRequestMessage> Request = new(nameof(Request));

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly TimeProvider _time;

    /// <param name="inner">Sends a request once.</param>
    /// <param name="time">Measures timeouts and waits.</param>
    /// <param name="logger">Logs rate limits.</param>
    public GitHubResilienceHandler(HttpMessageHandler inner, TimeProvider time, ILogger logger)
        : base(inner)
    {
        _time = time;
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = RetryDelay,
                MaxDelay = LongestWait,
                ShouldHandle = arguments => new ValueTask<bool>(MayBeRepeated(RequestOf(arguments.Context), arguments.Outcome)),
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(Delay(arguments.Outcome)),
                OnRetry = _ =>
                {
                    Instruments.CountBackendRetry();

                    return default;
                },
            })
            .AddStrategy(_ => new RateLimitGate(time, LongestWait, logger), new GateOptions())
            .AddTimeout(new TimeoutStrategyOptions
            {
                TimeoutGenerator = arguments => new ValueTask<TimeSpan>(GitHubRequestOptions.Of(RequestOf(arguments.Context)).AttemptTimeout),
            })
            .Build();
    }

    /// <summary>The request of a pipeline execution.</summary>
    public static HttpRequestMessage RequestOf(ResilienceContext context) =>
        context.Properties.TryGetValue(Request, out var request) ? request : throw new InvalidOperationException("Only requests go through here.");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Request, request);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (context, self) => await self.TryAsync(RequestOf(context), context.CancellationToken), context, this);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Sends a request once and buffers the response, so that a broken-off body is retried too.</summary>
    private async Task<HttpResponseMessage> TryAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var options = GitHubRequestOptions.Of(request);
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            if (options.MaxResponseBytes is not null || !response.IsSuccessStatusCode)
            {
                await response.Content.LoadIntoBufferAsync(options.MaxResponseBytes ?? new GitHubRequestOptions().MaxResponseBytes ?? 0, cancellationToken);
            }

            if (options.ExpectsJson && response.IsSuccessStatusCode && !await IsJsonAsync(response, cancellationToken))
            {
                throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {request.RequestUri?.Host} answered nonsense.");
            }

            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<bool> IsJsonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return body.Length == 0 && response.StatusCode == HttpStatusCode.NoContent;
        }
    }

    private bool MayBeRepeated(HttpRequestMessage request, Outcome<HttpResponseMessage> outcome)
    {
        if (outcome.Exception is GitHubException { Kind: GitHubErrorKind.RateLimited } limit)
        {
            return limit.RetryAfter <= LongestWait;
        }

        var isRead = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;

        return isRead && outcome switch
        {
            { Result: { } response } => IsTransient(response.StatusCode, GitHubRequestOptions.Of(request))
                && !(response.RetryAfter(_time.GetUtcNow()) > LongestWait),
            { Exception: { } exception } => exception.IsTransient(),
            _ => false,
        };
    }

    private static bool IsTransient(HttpStatusCode status, GitHubRequestOptions options) => status switch
    {
        HttpStatusCode.InternalServerError or HttpStatusCode.ServiceUnavailable => true,
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => !options.ReturnsGatewayErrors,
        _ => false,
    };

    // Null means the exponential delay. After a rate limit the RateLimitGate waits.
    private TimeSpan? Delay(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is GitHubException { Kind: GitHubErrorKind.RateLimited } ? TimeSpan.Zero : outcome.Result?.RetryAfter(_time.GetUtcNow());

    private sealed class GateOptions : ResilienceStrategyOptions;
}
