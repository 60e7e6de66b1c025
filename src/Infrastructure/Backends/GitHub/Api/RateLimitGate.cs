using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Polly;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// Holds back the requests of a token while GitHub limits it, as requests during a limit extend it. A short wait is waited for; a long one is a
/// <see cref="GitHubException"/>, as is the response that reports the limit.
/// </summary>
internal sealed partial class RateLimitGate(TimeProvider time, TimeSpan longestWait, ILogger logger) : ResilienceStrategy<HttpResponseMessage>
{
    private readonly ConcurrentDictionary<string, Closure> _closures = new(StringComparer.Ordinal);

    protected override async ValueTask<Outcome<HttpResponseMessage>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<HttpResponseMessage>>> callback, ResilienceContext context, TState state)
    {
        if (GitHubRequestOptions.Of(GitHubResilienceHandler.RequestOf(context)).Token is not { } token)
        {
            return await callback(context, state);
        }

        var key = token.Fingerprint();
        while (Remaining(key) is { } wait)
        {
            if (wait > longestWait)
            {
                return Outcome.FromException<HttpResponseMessage>(Limited(wait));
            }

            await Task.Delay(wait, time, context.CancellationToken);
        }

        var outcome = await callback(context, state);
        if (outcome.Result is not { } response)
        {
            return outcome;
        }

        var error = response.IsSuccessStatusCode ? null : await GitHubErrorBody.ReadAsync(response, context.CancellationToken);
        if (error is null || RateLimit.Of(response, error, time.GetUtcNow()) is not { } limit)
        {
            Open(key);
            return outcome;
        }

        response.Dispose();
        return Outcome.FromException<HttpResponseMessage>(Limited(Close(key, limit)));
    }

    private static GitHubException Limited(TimeSpan wait) =>
        new(GitHubErrorKind.RateLimited, $"GitHub's rate limit is reached; it ends in {Math.Ceiling(wait.TotalSeconds)} s.", wait);

    private TimeSpan? Remaining(string key) =>
        _closures.TryGetValue(key, out var closure) && Remaining(closure) is var wait && wait > TimeSpan.Zero ? wait : null;

    // By timestamps, as somebody may set the clock.
    private TimeSpan Remaining(Closure closure) => closure.Wait - time.GetElapsedTime(closure.At);

    private TimeSpan Close(string key, RateLimit limit)
    {
        var now = time.GetTimestamp();
        foreach (var old in _closures.Where(closure => Remaining(closure.Value) < -RateLimit.Longest))
        {
            _closures.TryRemove(old);
        }

        var closure = _closures.AddOrUpdate(
            key,
            _ => new Closure(now, limit.Wait ?? RateLimit.Unsaid, 1),
            (_, last) => Remaining(last) is var rest && rest > TimeSpan.Zero
                // A request that was sent at the same time closed it.
                ? last with { At = now, Wait = rest > limit.Wait.GetValueOrDefault() ? rest : limit.Wait.GetValueOrDefault() }
                : new Closure(now, limit.Wait ?? Patient(last.Times), last.Times + 1));
        var wait = closure.Wait;
        Log.Limited(logger, Math.Ceiling(wait.TotalSeconds));

        return wait;
    }

    // A response to a request from before the gate closed does not open it.
    private void Open(string key)
    {
        if (_closures.TryGetValue(key, out var closure) && Remaining(closure) <= TimeSpan.Zero)
        {
            _closures.TryRemove(KeyValuePair.Create(key, closure));
        }
    }

    private static TimeSpan Patient(int times)
    {
        var wait = RateLimit.Unsaid * Math.Pow(2, Math.Min(times, 10));
        return wait < RateLimit.Longest ? wait : RateLimit.Longest;
    }

    /// <param name="At">When it was closed, as a timestamp.</param>
    /// <param name="Wait">For how long.</param>
    /// <param name="Times">How many limits came in a row, each when the one before should have ended.</param>
    private readonly record struct Closure(long At, TimeSpan Wait, int Times);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "GitHub limited a token's requests; nothing more is asked with it for {Seconds} s")]
        public static partial void Limited(ILogger logger, double seconds);
    }
}
