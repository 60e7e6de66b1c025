using Microsoft.AspNetCore.Http.Extensions;

namespace PyWharf.Api.Http;

/// <summary>Redirects within this server, with the path base of the request.</summary>
internal static class Redirect
{
    /// <summary>301 to another path of the same resource, with the query.</summary>
    /// <param name="http">The request.</param>
    /// <param name="path">Percent-encoded, below the prefix.</param>
    public static void Permanently(HttpContext http, string path) =>
        Write(http, StatusCodes.Status301MovedPermanently, path + http.Request.QueryString);

    /// <summary>303 to a page, to be fetched with GET.</summary>
    public static void SeeOther(HttpContext http, string path) => Write(http, StatusCodes.Status303SeeOther, path);

    /// <summary>To the login page, which redirects back to this URL.</summary>
    public static void ToLogin(HttpContext http)
    {
        var here = UriHelper.BuildRelative(http.Request.PathBase, http.Request.Path, http.Request.QueryString);
        SeeOther(http, $"/login/?next={Uri.EscapeDataString(here)}");
    }

    /// <summary>303 to a URL that a client sent, if it is a path of this server (no open redirect).</summary>
    /// <param name="http">The request.</param>
    /// <param name="target">The URL, with the prefix.</param>
    /// <param name="otherwise">Where else, percent-encoded and below the prefix.</param>
    public static void ToLocal(HttpContext http, string target, string otherwise)
    {
        if (!IsLocalPath(target))
        {
            SeeOther(http, otherwise);

            return;
        }

        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = target;
        http.Response.Headers.CacheControl = "private, no-cache";
    }

    /// <summary>Browsers read «//host» and «/\host» as another server, and remove control characters first.</summary>
    internal static bool IsLocalPath(string target) =>
        target is ['/', ..] and not ['/', '/' or '\\', ..] && target.All(character => character is > ' ' and <= '~' and not '\\');

    private static void Write(HttpContext http, int status, string path)
    {
        // A relative redirect is right whatever host the client uses. Behind a trusted proxy the forwarded host is used.
        var options = http.RequestServices.GetRequiredService<UrlOptions>();
        // HTTP/1.0 requests may have no host.
        var origin = http.Request.Host.HasValue && (options.HasTrustedProxies || options.Scheme is not null)
            ? $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}"
            : "";

        http.Response.StatusCode = status;
        http.Response.Headers.Location = origin + http.Request.PathBase.ToUriComponent() + path;
        http.Response.Headers.CacheControl = "private, no-cache";
    }
}
