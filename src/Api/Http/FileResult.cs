using System.Diagnostics;
using Microsoft.Net.Http.Headers;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The answer to a download.</summary>
internal static class FileResult
{
    // A file never changes under its name. Private: whether it may be read depends on who asks.
    private const string Forever = "private, max-age=365000000, immutable";

    private const string ContentType = "application/octet-stream";

    public static Task WriteAsync(HttpContext http, DownloadFile.Result result)
    {
        var changedAt = result.PublishedAt is { } time ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)) : (DateTimeOffset?)null;
        var tag = new EntityTagHeaderValue($"\"{result.Sha256}\"");

        return result.Download switch
        {
            Download.LocalFile local => SendAsync(http, TypedResults.PhysicalFile(local.Path, ContentType, null, changedAt, tag, enableRangeProcessing: true)),
            Download.Content content => SendArrivingAsync(http, TypedResults.Stream(content.Body, ContentType, null, changedAt, tag, enableRangeProcessing: true)),
            Download.Redirect redirect => RedirectAsync(http.Response, redirect.Location),
            _ => throw new UnreachableException(),
        };
    }

    private static Task SendAsync(HttpContext http, IResult file)
    {
        http.Response.Headers.CacheControl = Forever;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        IgnoreRangesOfOtherUnits(http.Request);

        return file.ExecuteAsync(http);
    }

    private static async Task SendArrivingAsync(HttpContext http, IResult file)
    {
        try
        {
            await SendAsync(http, file);
        }
        catch (IOException exception) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            await FailureResult.WriteAsync(http, new Failure(FailureKind.Unavailable, exception.Message, TimeSpan.FromSeconds(5)));
        }
        catch (IOException)
        {
            // The status is sent. That the rest is missing shows in the connection, which breaks before the promised length.
            http.Abort();
        }
    }

    private static Task RedirectAsync(HttpResponse response, Uri location)
    {
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = location.AbsoluteUri;
        response.Headers.CacheControl = "no-store"; // it may be signed, and live for minutes

        return Task.CompletedTask;
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
