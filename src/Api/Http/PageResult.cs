using Microsoft.Extensions.Primitives;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>Writes a rendered page or document, or 304, or 406.</summary>
internal static class PageResult
{
    // Cookie: browser sessions use one.
    private const string Varying = "Accept-Encoding, Authorization, Cookie";
    private const string VaryingByType = "Accept, " + Varying;

    // Clients revalidate each time, so that an upload is visible at once; an unchanged page costs a 304.
    private const string Caching = "private, no-cache";

    private const string NothingMayRun = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const int MostLargePages = 4;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private static readonly Failure TooManyLargePages = new(
        FailureKind.Unavailable, "This server makes several other large pages of the past now: try again in a moment.", TimeSpan.FromSeconds(5));

    private static readonly SemaphoreSlim LargePages = new(MostLargePages);

    /// <summary>Writes the representation negotiated with the client.</summary>
    public static Task WriteAsync(HttpContext http, RenderedPage page) => page.IsLargeAndPassing ? WriteInTurnAsync(http, page) : WriteNegotiatedAsync(http, page);

    private static async Task WriteInTurnAsync(HttpContext http, RenderedPage page)
    {
        if (!await LargePages.WaitAsync(LongestWait, http.RequestAborted))
        {
            await FailureResult.WriteAsync(http, TooManyLargePages);

            return;
        }

        try
        {
            await WriteNegotiatedAsync(http, page);
        }
        finally
        {
            LargePages.Release();
        }
    }

    private static Task WriteNegotiatedAsync(HttpContext http, RenderedPage page)
    {
        Describe(http.Response, VaryingByType);

        return SimpleNegotiation.Choose(http.Request, page) is { } representation
            ? SendAsync(http, representation, isHtml: representation != page.Json)
            : WriteNotAcceptableAsync(http, page);
    }

    /// <summary>Writes a document with a single representation, without negotiation.</summary>
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
            HtmlHeaders.Apply(response);
        }

        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : ResponseBody.WriteAsync(response, content.Bytes, http.RequestAborted);
    }

    private static Task WriteNotAcceptableAsync(HttpContext http, RenderedPage page)
    {
        http.Response.StatusCode = StatusCodes.Status406NotAcceptable;
        http.Response.ContentType = "text/plain; charset=utf-8";

        var line = $"Index pages are available as {page.Json.ContentType}, {page.Html.ContentType} and text/html.\n";
        http.Response.ContentLength = line.Length;

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(line, http.RequestAborted);
    }

    // A weak comparison: a prefix W/ does not matter. The tags contain neither commas nor inner quotes, so finding one with its quotes is a match.
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
