using Polly;
using Polly.Retry;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure.Importing;

/// <summary>The retries of requests to an index that is imported.</summary>
internal static class IndexResilience
{
    /// <summary>Repeats what may pass: no connection, a response that breaks off or stalls, 408, 429 and 5xx.</summary>
    public static ResiliencePipeline Create(IndexOptions options, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                ShouldHandle = new PredicateBuilder().Handle<UpstreamException>(trouble =>
                    trouble.Kind == FailureKind.Unavailable && !(trouble.RetryAfter > options.LongestRetryAfter)),
                // Null leaves the delay to the backoff.
                DelayGenerator = arguments => new ValueTask<TimeSpan?>((arguments.Outcome.Exception as UpstreamException)?.RetryAfter),
            })
            .Build();
}
