using Microsoft.AspNetCore.Http.Extensions;
using PyWharf.Api.Hosting;

namespace PyWharf.Api.Http;

/// <summary>Redirects within this server, with the prefix and the query that the client used.</summary>
internal static class Redirect
{
    /// <summary>To another path of ours for the same thing, for ever.</summary>
    /// <param name="http">The request.</param>
    /// <param name="path">Percent-encoded, below the prefix.</param>
    public static void Permanently(HttpContext http, string path) =>
        Write(http, StatusCodes.Status301MovedPermanently, path + http.Request.QueryString);

    /// <summary>To a page, whatever the method was.</summary>
    public static void SeeOther(HttpContext http, string path) => Write(http, StatusCodes.Status303SeeOther, path);

    /// <summary>To the login page, which leads back here.</summary>
    public static void ToLogin(HttpContext http)
    {
        var here = UriHelper.BuildRelative(http.Request.PathBase, http.Request.Path, http.Request.QueryString);
        SeeOther(http, $"/login/?next={Uri.EscapeDataString(here)}");
    }

    /// <summary>To where a client asked to be led after its login, if that is a path of this server; else to the index.</summary>
    public static void ToLocal(HttpContext http, string target)
    {
        if (!IsLocalPath(target))
        {
            SeeOther(http, "/simple/");

            return;
        }

        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = target;
        http.Response.Headers.CacheControl = "private, no-cache";
    }

    /// <summary>Browsers take «//host» and «/\host» for another server, and drop control characters before they look.</summary>
    internal static bool IsLocalPath(string target) =>
        target is ['/', ..] and not ['/', '/' or '\\', ..] && target.All(character => character is > ' ' and <= '~' and not '\\');

    private static void Write(HttpContext http, int status, string path)
    {
        // A path is right whatever the client calls us. A proxy that is trusted to say how it is called gets that repeated.
        var options = http.RequestServices.GetRequiredService<ServerOptions>();
        // HTTP/1.0 may name no host.
        var origin = http.Request.Host.HasValue && (options.TrustedProxies.Count > 0 || options.UrlScheme is not null)
            ? $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}"
            : "";

        http.Response.StatusCode = status;
        http.Response.Headers.Location = origin + http.Request.PathBase.ToUriComponent() + path;
        http.Response.Headers.CacheControl = "private, no-cache";
    }
}
