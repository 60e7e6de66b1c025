using MediatR;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>What modules ask a request for.</summary>
internal static class HttpContextExtensions
{
    /// <summary>What runs commands and queries; the modules, which are made once, take no dependencies.</summary>
    public static ISender Sender(this HttpContext http) => http.RequestServices.GetRequiredService<ISender>();

    /// <summary>Where the request comes from: the middleware for trusted proxies has put that in place of their own address.</summary>
    public static ClientAddress ClientAddress(this HttpContext http) => Domain.ClientAddress.Of(http.Connection.RemoteIpAddress);

    /// <summary>A segment of the path, decoded.</summary>
    public static string Route(this HttpContext http, string name) => http.GetRouteValue(name) as string ?? "";

    /// <summary>
    /// The repository that the path names, null where it names none. False for a name that no repository can have: nothing may then fall
    /// back to what the credential says.
    /// </summary>
    public static bool TryGetAddressed(this HttpContext http, out RepositoryName? repository)
    {
        repository = null;

        return http.GetRouteValue("repository") is not string text || RepositoryName.TryParse(text, out repository, out _);
    }

    /// <summary>
    /// What the client calls this server, for links that must be absolute: scheme, host and prefix, without a slash at the end. A proxy is
    /// believed in what it says of that only if it is a trusted one.
    /// </summary>
    public static string Server(this HttpRequest request)
    {
        // HTTP/1.0 may name no host: a link that is relative to ours is the best there is then.
        var origin = request.Host.HasValue ? $"{request.Scheme}://{request.Host.ToUriComponent()}" : "";

        return origin + request.PathBase.ToUriComponent();
    }

    /// <summary>Whether a person with a browser follows a link, rather than a program: only they are sent to a login page.</summary>
    public static bool IsNavigation(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && PrefersHtml(request)
        && (request.Headers["Sec-Fetch-Mode"] == "navigate" || request.Cookies.ContainsKey(Sessions.SessionCookie.Name));

    private static bool PrefersHtml(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var html = accepted.FirstOrDefault(type => type.MediaType == "text/html");

        return html is not null && accepted.All(type => (type.Quality ?? 1) <= (html.Quality ?? 1));
    }
}
