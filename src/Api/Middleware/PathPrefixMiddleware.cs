using PyWharf.Api.Http;
using PyWharf.Domain;

namespace PyWharf.Api.Middleware;

/// <summary>
/// Sets the path base: the prefix under which a proxy publishes the server (--url_prefix or X-Forwarded-Prefix). Some proxies strip it from the
/// path, some don't, and none says which, so both are accepted. Empty path segments are merged, as most web servers do; tools that join URLs
/// send them.
/// </summary>
internal sealed class PathPrefixMiddleware(RequestDelegate next, UrlOptions options, KnownPaths paths)
{
    private static readonly Failure BadPrefix = new(
        FailureKind.Invalid, "X-Forwarded-Prefix must be a path such as /pypi: letters, digits, '.', '_', '~' and '-', with slashes between its parts.");

    private static readonly Failure BadScheme = new(FailureKind.Invalid, "X-Forwarded-Proto must be http or https.");

    /// <summary>Refuses an encoded X-Forwarded-Prefix: the framework throws on an encoded NUL, and no valid prefix needs encoding.</summary>
    public static Task RefuseEncodedAsync(HttpContext http, RequestDelegate next)
    {
        foreach (var value in http.Request.Headers["X-Forwarded-Prefix"])
        {
            if (value?.Contains('%', StringComparison.Ordinal) == true)
            {
                return FailureResult.WriteAsync(http, BadPrefix);
            }
        }

        return next(http);
    }

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (!UrlPrefix.TryParse(request.PathBase.HasValue ? request.PathBase.Value : options.Prefix, out var prefix))
        {
            request.PathBase = default;

            return FailureResult.WriteAsync(http, BadPrefix);
        }

        request.PathBase = new PathString(prefix.ToString());
        request.Scheme = options.Scheme ?? request.Scheme;
        if (request.Scheme is not ("http" or "https"))
        {
            request.Scheme = "http";

            return FailureResult.WriteAsync(http, BadScheme);
        }

        var sent = request.Path.Value ?? "/";
        var merged = Merge(sent);
        request.Path = WithoutPrefix(merged, request.PathBase);
        if (merged.Length < sent.Length && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            // Redirect rather than serve: relative links on the page depend on its URL.
            Redirect.Permanently(http, request.Path.ToUriComponent());

            return Task.CompletedTask;
        }

        return next(http);
    }

    private PathString WithoutPrefix(PathString path, PathString prefix)
    {
        if (!prefix.HasValue || !path.StartsWithSegments(prefix, out var rest))
        {
            return path;
        }

        // If both readings are routes, the prefix counts as not stripped, unless it is also the name of a repository.
        var isStripped = paths.IsRepository(prefix.Value[1..]) || rest.Value is "" or "/" || !paths.Contains(rest);

        return isStripped && paths.Contains(path) ? path : rest.HasValue ? rest : "/";
    }

    private static string Merge(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal))
        {
            return path;
        }

        var merged = string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));

        return merged.Length == 0 ? "/" : path.EndsWith('/') ? $"/{merged}/" : $"/{merged}";
    }
}
