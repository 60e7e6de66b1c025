using System.Net;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Tells URLs that lead to the Internet, and not into this server's own network, whoever chose them.</summary>
internal static class PublicUrl
{
    // Of networks without a public DNS (RFC 6762 appendix G, RFC 8375, and .internal, which ICANN reserves).
    private static readonly string[] PrivateDomains = ["localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa"];

    /// <summary>
    /// Whether it is https, at a public address or a name of the public DNS. Such a name may resolve to a private address too; but what answers there has no
    /// certificate for a stranger's name, so that nothing is sent to it.
    /// </summary>
    public static bool Is(Uri url)
    {
        var host = url.IdnHost.TrimEnd('.');

        return url.Scheme == Uri.UriSchemeHttps
            && (IPAddress.TryParse(host, out var address)
                ? PublicAddress.Is(address)
                : host.Contains('.', StringComparison.Ordinal) && !PrivateDomains.Contains(host[(host.LastIndexOf('.') + 1)..], StringComparer.OrdinalIgnoreCase));
    }
}
