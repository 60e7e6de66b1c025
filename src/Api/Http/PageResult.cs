using Microsoft.Extensions.Primitives;
using PyWharf.Application.Rendering;

namespace PyWharf.Api.Http;

/// <summary>Answers with a page or a document, or with 304, or with 406. What it sends was made before; it finds it and writes it once.</summary>
internal static class PageResult
{
    // Cookie, because a browser is let in by one.
    private const string Varying = "Accept-Encoding, Authorization, Cookie";
    private const string VaryingByType = "Accept, " + Varying;

    // What was just uploaded must be seen at once: keep the page, but ask each time. That costs a 304.
    private const string Caching = "private, no-cache";

    private const string NothingMayRun = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Writes the representation that the request asks for.</summary>
    public static Task WriteAsync(HttpContext http, RenderedPage page)
    {
        Describe(http.Response, VaryingByType);

        return SimpleNegotiation.Choose(http.Request, page) is { } representation
            ? SendAsync(http, representation, isHtml: representation != page.Json)
            : WriteNotAcceptableAsync(http, page);
    }

    /// <summary>Writes what has one representation, whatever the request asks for.</summary>
    public static Task WriteAsync(HttpContext http, PageRepresentation document)
    {
        Describe(http.Response, Varying);

        return SendAsync(http, document, isHtml: false);
    }

    private static void Describe(HttpResponse response, string varying)
    {
        response.Headers.Vary = varying;
        response.Headers.CacheControl = Caching;
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private static Task SendAsync(HttpContext http, PageRepresentation representation, bool isHtml)
    {
        var response = http.Response;
        var isGzip = ContentCoding.WantsGzip(http.Request.Headers.AcceptEncoding, representation.IsWorthCompressing);
        var content = isGzip ? representation.Gzip : representation.Identity;
        response.Headers.ETag = content.ETag;
        if (Has(http.Request.Headers.IfNoneMatch, content.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = representation.ContentType;
        response.ContentLength = content.Bytes.Length;
        if (isGzip)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        if (isHtml)
        {
            response.Headers.ContentSecurityPolicy = NothingMayRun;
        }

        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(content.Bytes, http.RequestAborted).AsTask();
    }

    private static Task WriteNotAcceptableAsync(HttpContext http, RenderedPage page)
    {
        http.Response.StatusCode = StatusCodes.Status406NotAcceptable;
        http.Response.ContentType = "text/plain; charset=utf-8";

        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.WriteAsync(
                $"Index pages are available as {page.Json.ContentType}, {page.Html.ContentType} and text/html.\n", http.RequestAborted);
    }

    // The comparison is weak, so a W/ before the tag does not matter. Our tags hold neither commas nor quotes: where one is found
    // with its quotes, it stands as a whole.
    private static bool Has(StringValues ifNoneMatch, string etag)
    {
        foreach (var line in ifNoneMatch)
        {
            if (line is not null && (line.Contains(etag, StringComparison.Ordinal) || line.AsSpan().Trim() is "*"))
            {
                return true;
            }
        }

        return false;
    }
}
