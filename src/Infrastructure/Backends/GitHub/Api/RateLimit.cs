using System.Globalization;
using System.Net;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>A rate limit that GitHub reported.</summary>
/// <param name="Wait">How long no request should be sent; null when GitHub does not say.</param>
internal sealed record RateLimit(TimeSpan? Wait)
{
    /// <summary>The wait that GitHub's documentation asks for where no header says more.</summary>
    public static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(1);

    // The window of the primary limit; a header that says more is wrong.
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>The rate limit of a response; null when it is none. 403 has other meanings too.</summary>
    public static RateLimit? Of(HttpResponseMessage response, GitHubErrorBody error, DateTimeOffset now)
    {
        var spent = Header(response, "x-ratelimit-remaining") == "0";
        var wait = response.RetryAfter(now);
        var limited = response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => true,
            HttpStatusCode.Forbidden => spent || wait is not null || error.IsRateLimit,
            _ => false,
        };

        return limited ? new RateLimit(Bound(wait ?? (spent ? UntilReset(response, now) : null))) : null;
    }

    private static TimeSpan? UntilReset(HttpResponseMessage response, DateTimeOffset now) =>
        long.TryParse(Header(response, "x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            // Compared with the Date header: our clock may be wrong.
            ? TimeSpan.FromSeconds(Math.Min(reset - (response.Headers.Date ?? now).ToUnixTimeSeconds(), (long)Longest.TotalSeconds))
            : null;

    private static TimeSpan? Bound(TimeSpan? wait) =>
        wait is not { } said ? null : said < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : said > Longest ? Longest : said;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
