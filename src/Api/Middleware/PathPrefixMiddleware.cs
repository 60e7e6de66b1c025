using PyWharf.Api.Hosting;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>
/// Finds the path of a page in the path of a request. The prefix under which a proxy publishes the server, told by --url_prefix or
/// X-Forwarded-Prefix, is the request's base: some proxies strip it from the path, some leave it, and none says which. Empty segments mean
/// nothing: tools that join an address and a path send them, and most web servers merge them.
/// </summary>
internal sealed class PathPrefix(RequestDelegate next, ServerOptions options, KnownPaths paths)
{
    private static readonly Failure BadPrefix = new(
        FailureKind.Invalid, "X-Forwarded-Prefix must be a path such as /pypi: letters, digits, '.', '_', '~' and '-', with slashes between its parts.");

    private static readonly Failure BadScheme = new(FailureKind.Invalid, "X-Forwarded-Proto must be http or https.");

    /// <summary>Lets no header through that the framework can't decode: an encoded NUL makes it throw. No prefix has to be encoded.</summary>
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
        if (!UrlPrefix.TryParse(request.PathBase.HasValue ? request.PathBase.Value : options.UrlPrefix, out var prefix))
        {
            request.PathBase = default;

            return FailureResult.WriteAsync(http, BadPrefix);
        }

        request.PathBase = new PathString(prefix.ToString());
        request.Scheme = options.UrlScheme ?? request.Scheme;
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
            // A page's relative links lead from its own address.
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

        // Where both are pages the prefix is taken for one that was left, unless a repository of that name is what the path begins with.
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
