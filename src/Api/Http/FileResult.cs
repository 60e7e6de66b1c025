using System.Diagnostics;
using Microsoft.Net.Http.Headers;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The response to a download.</summary>
internal static class FileResult
{
    // The bytes of a file name never change. Private, since access depends on the caller.
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
            // The status is sent already. Aborting the connection before the full Content-Length shows the client that data is missing.
            http.Abort();
        }
    }

    private static Task RedirectAsync(HttpResponse response, Uri location)
    {
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = location.AbsoluteUri;
        response.Headers.CacheControl = "no-store"; // it may be a signed URL that expires within minutes

        return Task.CompletedTask;
    }

    /// <summary>Removes ranges of unknown units, which must be ignored (RFC 9110, section 14.2); the framework treats every unit as bytes.</summary>
    private static void IgnoreRangesOfOtherUnits(HttpRequest request)
    {
        if (!request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.Remove(HeaderNames.Range);
        }
    }
}
