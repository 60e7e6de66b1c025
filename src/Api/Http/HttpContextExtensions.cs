using System.Globalization;
using MediatR;
using PyWharf.Api.Pages;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>Request data that modules use.</summary>
internal static class HttpContextExtensions
{
    /// <summary>The mediator. Modules are singletons without dependencies, so they take it from the request's services.</summary>
    public static ISender Sender(this HttpContext http) => http.RequestServices.GetRequiredService<ISender>();

    /// <summary>A route value, decoded; empty if the route has none of that name.</summary>
    public static string Route(this HttpContext http, string name) => http.GetRouteValue(name) as string ?? "";

    /// <summary>
    /// The repository that the path names; null if it names none. False if the name is invalid: the credential's repository must not be used
    /// instead then.
    /// </summary>
    public static bool TryGetAddressed(this HttpContext http, out RepositoryName? repository)
    {
        repository = null;

        return http.GetRouteValue("repository") is not string text || RepositoryName.TryParse(text, out repository, out _);
    }

    /// <summary>Whether the path ends in a slash, as URLs of pages do: relative links depend on it.</summary>
    public static bool EndsInSlash(this HttpContext http) => http.Request.Path.Value?.EndsWith('/') == true;

    /// <summary>The page of a list that the query names, from 1; the first for anything that is no number.</summary>
    public static int PageNumber(this HttpContext http, string list) =>
        int.TryParse(http.Request.Query[list].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? page : 1;

    /// <summary>
    /// The server's URL as the client sees it, for absolute links: scheme, host and prefix, without a trailing slash. Forwarding headers count
    /// only if they come from a trusted proxy.
    /// </summary>
    public static string BaseUrl(this HttpRequest request)
    {
        // HTTP/1.0 requests may have no host; the links are relative to the server then.
        var origin = request.Host.HasValue ? $"{request.Scheme}://{request.Host.ToUriComponent()}" : "";

        return origin + request.PathBase.ToUriComponent();
    }

    /// <summary>The URLs of pages as the client sees them.</summary>
    public static PageLinks PageLinks(this HttpContext http) => new(http.Request.PathBase.ToUriComponent(), http.Request.BaseUrl());

    /// <summary>Whether a person in a browser sees the response, after a link or a form: only then is a page or a redirect to the login page useful.</summary>
    public static bool IsNavigation(this HttpRequest request) =>
        PrefersHtml(request)
        && (IsNavigate(request) || request.Cookies.ContainsKey(Sessions.SessionCookie.Name));

    /// <summary>Whether a browser sent the request on behalf of a page, of whatever site.</summary>
    public static bool IsSentByPage(this HttpRequest request) =>
        request.Headers.Origin.Count > 0
        || request.Headers.Any(header => header.Key.StartsWith("Sec-Fetch-", StringComparison.OrdinalIgnoreCase));

    // Browsers say how they fetch to https and localhost only (https://www.w3.org/TR/fetch-metadata/); with plain http this header says that a page is wanted.
    private static bool IsNavigate(HttpRequest request) => request.Headers["Sec-Fetch-Mode"] is { Count: > 0 } mode
        ? mode == "navigate"
        : request.Headers["Upgrade-Insecure-Requests"] == "1";

    private static bool PrefersHtml(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var html = accepted.FirstOrDefault(type => type.MediaType == "text/html");

        return html is not null && accepted.All(type => (type.Quality ?? 1) <= (html.Quality ?? 1));
    }
}
