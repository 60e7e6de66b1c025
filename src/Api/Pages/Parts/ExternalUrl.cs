namespace PyWharf.Api.Pages.Parts;

/// <summary>URLs that the author of a package wrote.</summary>
internal static class ExternalUrl
{
    /// <summary>Whether a link to it is harmless: http, https or mailto. Anything else, such as <c>javascript:</c>, is shown as text.</summary>
    public static bool IsSafe(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && (parsed.Scheme == Uri.UriSchemeHttps || parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeMailto);
}
