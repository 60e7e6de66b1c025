using PyWharf.Api.Bodies;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>
/// Refuses changes that a page of another site makes a browser ask for, with the password or the session that the browser keeps for us. It goes
/// by what browsers add to such requests and pages can't alter (https://www.w3.org/TR/fetch-metadata/; RFC 6454, section 7); clients send neither.
/// </summary>
internal sealed class SiteGuard(RequestDelegate next)
{
    private const string FetchSite = "Sec-Fetch-Site";

    private static readonly Failure Foreign = new(
        FailureKind.Forbidden,
        "A page of another site may not change anything here. If this was a page of this server, its proxy has to pass on the Host that the browser asked for.");

    public Task InvokeAsync(HttpContext http) =>
        IsSafe(http.Request.Method) || !IsForeign(http.Request) ? next(http) : RefusedBody.AnswerAsync(http, Foreign);

    /// <summary>Whether a browser says that a page had it send the request; of which site does not matter.</summary>
    public static bool IsMarked(HttpRequest request) =>
        request.Headers.Origin.Count > 0
        || request.Headers.Any(header => header.Key.StartsWith("Sec-Fetch-", StringComparison.OrdinalIgnoreCase));

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

    /// <summary>Whether an origin is the host that was asked. Not its scheme: the proxy that ends TLS may not tell us that there is any.</summary>
    private static bool IsHost(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0
        && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        && (host.Port ?? (uri.IsDefaultPort ? uri.Port : -1)) == uri.Port;
}
