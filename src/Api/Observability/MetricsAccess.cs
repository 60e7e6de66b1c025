using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace PyWharf.Api.Observability;

/// <summary>Who may see metrics and the names of repositories in health reports: this machine, and the networks of <c>--metrics_from</c>.</summary>
/// <param name="networks">Those networks.</param>
internal sealed class MetricsAccess(IReadOnlyList<IPNetwork> networks)
{
    private static readonly string[] Forwarding = [ForwardedHeadersDefaults.XForwardedForHeaderName, "Forwarded", "X-Real-IP", "Via"];

    /// <summary>Removes what only the framework's middleware for trusted proxies may say, which comes later: the address that it replaced.</summary>
    public static Task DropClaimsAsync(HttpContext http, RequestDelegate next)
    {
        http.Request.Headers.Remove(ForwardedHeadersDefaults.XOriginalForHeaderName);

        return next(http);
    }

    /// <summary>Whether the client may. After trusted proxies; a request that came by a proxy that is not trusted is nobody's.</summary>
    public bool IsGranted(HttpContext http)
    {
        var headers = http.Request.Headers;
        var proxy = (string?)headers[ForwardedHeadersDefaults.XOriginalForHeaderName];
        if (http.Connection.RemoteIpAddress is not { } address || (proxy is null && Array.Exists(Forwarding, headers.ContainsKey)))
        {
            return false;
        }

        var client = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

        // What is the loopback of a proxy on another machine is not this machine.
        return IPAddress.IsLoopback(client)
            ? proxy is null || (IPEndPoint.TryParse(proxy, out var from) && IsLoopback(from.Address)) || IsNamed(client)
            : IsNamed(client);
    }

    private bool IsNamed(IPAddress client) => networks.Any(network => network.Contains(client));

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
