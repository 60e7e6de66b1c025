using PyWharf.Api.Hosting;

namespace PyWharf.Api.Http;

/// <summary>
/// The path under which a proxy publishes the server, told by --url_prefix or X-Forwarded-Prefix. Some proxies strip it and some don't: it
/// is the request's base either way.
/// </summary>
internal sealed class PathPrefix(RequestDelegate next, ServerOptions options)
{
    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        var prefix = request.PathBase.HasValue ? request.PathBase : new PathString(options.UrlPrefix);
        if (prefix.HasValue)
        {
            request.PathBase = new PathString(prefix.Value?.TrimEnd('/'));
            if (request.Path.StartsWithSegments(request.PathBase, out var rest))
            {
                request.Path = rest.HasValue ? rest : "/";
            }
        }

        if (options.UrlScheme is { } scheme)
        {
            request.Scheme = scheme;
        }

        return next(http);
    }
}
