using System.Text.RegularExpressions;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Reads headers of responses.</summary>
internal static partial class HttpResponseExtensions
{
    /// <summary>The wait of <c>Retry-After</c>; null without that header.</summary>
    public static TimeSpan? RetryAfter(this HttpResponseMessage response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - (response.Headers.Date ?? now));

        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>The target of <c>Location</c> as an absolute URL; null without that header.</summary>
    public static Uri? Location(this HttpResponseMessage response, Uri? from) =>
        response.Headers.Location is { } location && from is not null && Uri.TryCreate(from, location, out var target) ? target : null;

    /// <summary>The URL of the next page (RFC 8288, <c>rel="next"</c>); null on the last one.</summary>
    public static Uri? NextPage(this HttpResponseMessage response)
    {
        var links = response.Headers.TryGetValues("Link", out var values) ? string.Join(',', values) : "";

        return Link().Matches(links)
            .Where(link => link.Groups["name"].Captures.Zip(link.Groups["value"].Captures).Any(parameter =>
                parameter.First.Value.Equals("rel", StringComparison.OrdinalIgnoreCase) && parameter.Second.Value.Split(' ').Contains("next")))
            .Select(link => Uri.TryCreate(link.Groups["url"].Value, UriKind.Absolute, out var url) ? url : null)
            .FirstOrDefault();
    }

    [GeneratedRegex(@"<(?<url>[^>]*)>(?:\s*;\s*(?<name>[^;,""=\s]+)(?:=""(?<value>[^""]*)""|=(?<value>[^;,""\s]*)|(?<value>)))*")]
    private static partial Regex Link();
}
