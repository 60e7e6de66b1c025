using System.Diagnostics;
using Microsoft.Net.Http.Headers;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;

namespace PyWharf.Api.Http;

/// <summary>The answer to a download.</summary>
internal static class FileResult
{
    // A file never changes under its name. Private: whether it may be read depends on who asks.
    private const string Forever = "private, max-age=365000000, immutable";

    public static Task WriteAsync(HttpContext http, DownloadFile.Result result)
    {
        switch (result)
        {
            case { Download: Download.LocalFile local }:
                http.Response.Headers.CacheControl = Forever;
                http.Response.Headers.XContentTypeOptions = "nosniff";
                IgnoreRangesOfOtherUnits(http.Request);

                return TypedResults.PhysicalFile(
                    local.Path,
                    "application/octet-stream",
                    lastModified: result.PublishedAt is { } time ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)) : null,
                    entityTag: new EntityTagHeaderValue($"\"{result.Sha256}\""),
                    enableRangeProcessing: true).ExecuteAsync(http);

            case { Download: Download.Redirect redirect }:
                http.Response.StatusCode = StatusCodes.Status302Found;
                http.Response.Headers.Location = redirect.Location.AbsoluteUri;
                http.Response.Headers.CacheControl = "no-store"; // it may be signed, and live for minutes

                return Task.CompletedTask;

            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The framework counts bytes whatever unit was named; one that is not known is to be ignored (RFC 9110, section 14.2).</summary>
    private static void IgnoreRangesOfOtherUnits(HttpRequest request)
    {
        if (!request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.Remove(HeaderNames.Range);
        }
    }
}
