namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Compares origins of URLs.</summary>
internal static class UriExtensions
{
    /// <summary>Whether both have the same scheme, host and port (RFC 6454).</summary>
    public static bool HasOriginOf(this Uri url, Uri? other) =>
        other is not null
        && url.Scheme == other.Scheme
        && url.Port == other.Port
        && string.Equals(url.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is HTTPS, or plain HTTP where the other one is.</summary>
    public static bool IsAsSafeAs(this Uri url, Uri? other) =>
        url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && other?.Scheme == Uri.UriSchemeHttp);
}
