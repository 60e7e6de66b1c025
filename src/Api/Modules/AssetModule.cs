using Carter;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The style sheet, script and icon of the pages. Their names change with their content, so that caches keep them for good.</summary>
internal sealed class AssetModule : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app) => app.MapPage("/static/{file}", WriteAsync);

    private static Task WriteAsync(HttpContext http)
    {
        if (PageAsset.Find($"/static/{http.Route("file")}") is not { } asset)
        {
            return FailureResult.WriteAsync(http, new Failure(FailureKind.NotFound, "There is no such file."));
        }

        var response = http.Response;
        var isGzip = ContentCoding.WantsGzip(http.Request.Headers.AcceptEncoding, isWorthwhile: true);
        var bytes = isGzip ? asset.Gzip : asset.Bytes;
        response.ContentType = asset.ContentType;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.Vary = "Accept-Encoding";
        if (isGzip)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }
}
