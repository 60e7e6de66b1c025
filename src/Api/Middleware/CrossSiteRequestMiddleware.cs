using PyWharf.Api.Bodies;
using PyWharf.Domain;

namespace PyWharf.Api.Middleware;

/// <summary>
/// Refuses cross-site requests that change something (CSRF): a browser would send them with its stored password or session. It checks headers
/// that browsers set and pages can't alter (https://www.w3.org/TR/fetch-metadata/; RFC 6454, section 7); clients such as pip send neither.
/// </summary>
internal sealed class CrossSiteRequestMiddleware(RequestDelegate next)
{
    private const string FetchSite = "Sec-Fetch-Site";

    private static readonly Failure Foreign = new(
        FailureKind.Forbidden,
        "A page of another site may not change anything here. If this was a page of this server, its proxy has to pass on the Host that the browser asked for.");

    public Task InvokeAsync(HttpContext http) =>
        IsSafe(http.Request.Method) || !IsForeign(http.Request) ? next(http) : EarlyFailureResult.WriteAsync(http, Foreign);

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    private static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.TryGetValue(FetchSite, out var site))
        {
            return site.ToString() is not ("same-origin" or "none");
        }

        return request.Headers.Origin is { Count: > 0 } origin && !IsHost(origin.ToString(), request.Host);
    }

    /// <summary>Whether an origin is the requested host. The scheme is not compared: a proxy that terminates TLS may not forward it.</summary>
    private static bool IsHost(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0
        && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port ?? (uri.IsDefaultPort ? uri.Port : -1)) == uri.Port;
}
