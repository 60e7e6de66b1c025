using System.Diagnostics;
using Microsoft.Net.Http.Headers;
using PyWharf.Api.Observability;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The response to a download.</summary>
internal static class FileResult
{
    // The bytes of a file name never change. Private, since access depends on the caller.
    private const string Forever = "private, max-age=365000000, immutable";

    private const string ContentType = "application/octet-stream";

    public static async Task WriteAsync(HttpContext http, DownloadFile.Result result)
    {
        var changedAt = result.PublishedAt is { } time ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)) : (DateTimeOffset?)null;
        var tag = result.Sha256 is { } digest ? new EntityTagHeaderValue($"\"{digest}\"") : null;

        switch (result.Download)
        {
            case Download.LocalFile local when http.RequestServices.GetRequiredService<FileHandover>().HeaderFor(local.Path) is { } header:
                HandOver(http.Response, header);

                return;
            case Download.LocalFile local:
                await SendAsync(http, TypedResults.PhysicalFile(local.Path, ContentType, null, changedAt, tag, enableRangeProcessing: true));
                break;
            case Download.Content content:
                await SendArrivingAsync(http, content.Body, body => TypedResults.Stream(body, ContentType, null, changedAt, tag, enableRangeProcessing: true));
                break;
            case Download.Redirect redirect:
                SetRedirect(http.Response, redirect.Location);

                return;
            default:
                throw new UnreachableException();
        }

        // A response that was broken off is not counted: how much of it arrived is not known.
        if (HttpMethods.IsGet(http.Request.Method) && http.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status206PartialContent
            && !http.RequestAborted.IsCancellationRequested)
        {
            Instruments.CountDownload(result.Repository, http.Response.ContentLength ?? 0);
        }
    }

    /// <summary>An answer without body: the proxy sends the file, with its own validators, and answers ranges and conditions.</summary>
    private static void HandOver(HttpResponse response, (string Name, string Value) header)
    {
        response.ContentType = ContentType;
        response.Headers.CacheControl = Forever;
        response.Headers[header.Name] = header.Value;
    }

    private static Task SendAsync(HttpContext http, IResult file)
    {
        http.Response.Headers.CacheControl = Forever;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        IgnoreRangesOfOtherUnits(http.Request);

        return file.ExecuteAsync(http);
    }

    private static async Task SendArrivingAsync(HttpContext http, Stream body, Func<Stream, IResult> file)
    {
        http.Response.RegisterForDisposeAsync(body);
        try
        {
            if (HttpProtocol.IsHttp10(http.Request.Protocol) && HttpMethods.IsGet(http.Request.Method) && !body.CanSeek)
            {
                // Without Content-Length the end of the connection is the end of the body, also where it breaks off. When all has arrived there is a length.
                await body.CopyToAsync(Stream.Null, http.RequestAborted);
                body.Position = 0;
            }

            await SendAsync(http, file(body));
        }
        catch (IOException exception) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            RequestIds.Answer(http);
            await FailureResult.WriteAsync(http, new Failure(FailureKind.Unavailable, exception.Message, TimeSpan.FromSeconds(5)));
        }
        catch (IOException)
        {
            // The status is sent already. Aborting the connection before the full Content-Length shows the client that data is missing.
            http.Abort();
        }
    }

    private static void SetRedirect(HttpResponse response, Uri location)
    {
        response.StatusCode = StatusCodes.Status302Found;
        response.Headers.Location = location.AbsoluteUri;
        response.Headers.CacheControl = "no-store"; // it may be a signed URL that expires within minutes
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
