namespace PyWharf.Api.Pages.Descriptions;

/// <summary>Which URLs of a description become links, and the ids that they lead to.</summary>
internal static class DescriptionLink
{
    /// <summary>What ids begin with, so that none is one of the page or hides a property of the document from scripts.</summary>
    public const string IdPrefix = "description-";

    private const int LongestUrl = 2048;

    /// <summary>
    /// The URL that a link leads to, or null for a link that leads nowhere: relative ones, since a description has no place that they start from, and all
    /// schemes other than http, https and mailto. The URL is the one that was checked, normalised, not the author's spelling of it.
    /// </summary>
    public static string? Target(string? url) =>
        url is ['#', .. var fragment] ? Fragment(fragment) : Absolute(url, Uri.UriSchemeHttps, Uri.UriSchemeHttp, Uri.UriSchemeMailto);

    /// <summary>The URL of an image, http or https, or null.</summary>
    public static string? Image(string? url) => Absolute(url, Uri.UriSchemeHttps, Uri.UriSchemeHttp);

    private static string? Absolute(string? url, params ReadOnlySpan<string> schemes) =>
        url is { Length: <= LongestUrl }
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && schemes.Contains(uri.Scheme)
        && (uri.Scheme == Uri.UriSchemeMailto || uri.UserInfo.Length == 0) // https://pypi.org@example.com/ leads to example.com
            ? uri.AbsoluteUri
            : null;

    private static string? Fragment(string fragment) =>
        fragment.Length is > 0 and <= LongestUrl ? $"#{IdPrefix}{Uri.EscapeDataString(Uri.UnescapeDataString(fragment).ToLowerInvariant())}" : null;
}
