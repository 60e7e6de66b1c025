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
        switch (result.Download)
        {
            case Download.LocalFile local when http.RequestServices.GetRequiredService<FileHandover>().HeaderFor(local.Path) is { } header:
                HandOver(http.Response, header);

                return;
            case Download.LocalFile local:
                await SendLocalAsync(http, local.Path, Validators.Of(result));
                break;
            case Download.Bytes(var bytes):
                await SendAsync(http, bytes, Validators.Of(result));
                break;
            case Download.Content content:
                await SendArrivingAsync(http, content.Body, Validators.Of(result));
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

    private static async Task SendLocalAsync(HttpContext http, string path, Validators validators)
    {
        if (validators.Sha256 is { } sha256 && await http.RequestServices.GetRequiredService<IHotFiles>().ReadAsync(path, sha256, http.RequestAborted) is { } bytes)
        {
            await SendAsync(http, bytes, validators);
        }
        else
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            await SendAsync(http, file, validators);
        }
    }

    private static Task SendAsync(HttpContext http, ReadOnlyMemory<byte> bytes, Validators validators)
    {
        if (!IsPlain(http.Request.Headers))
        {
            return SendAsync(http, TypedResults.Bytes(bytes, ContentType, null, enableRangeProcessing: true, validators.ChangedAt, validators.Tag));
        }

        Describe(http.Response, bytes.Length, validators);

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : ResponseBody.WriteAsync(http.Response, bytes, http.RequestAborted);
    }

    private static Task SendAsync(HttpContext http, Stream body, Validators validators)
    {
        if (!IsPlain(http.Request.Headers))
        {
            return SendAsync(http, TypedResults.Stream(body, ContentType, null, validators.ChangedAt, validators.Tag, enableRangeProcessing: true));
        }

        Describe(http.Response, body.CanSeek ? body.Length : null, validators);

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : ResponseBody.CopyAsync(http.Response, body, http.RequestAborted);
    }

    /// <summary>Has the framework answer conditions and ranges.</summary>
    private static Task SendAsync(HttpContext http, IResult file)
    {
        http.Response.Headers.CacheControl = Forever;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        IgnoreRangesOfOtherUnits(http.Request);

        return file.ExecuteAsync(http);
    }

    /// <summary>Whether a request has neither conditions nor a range: then the whole file is the answer, and what the framework looks for costs more than the file.</summary>
    private static bool IsPlain(IHeaderDictionary headers) =>
        headers.Range.Count == 0
        && headers.IfNoneMatch.Count == 0
        && headers.IfModifiedSince.Count == 0
        && headers.IfMatch.Count == 0
        && headers.IfUnmodifiedSince.Count == 0;

    /// <summary>The headers that the framework sets, for the whole file.</summary>
    private static void Describe(HttpResponse response, long? length, Validators validators)
    {
        var headers = response.Headers;
        headers.ContentType = ContentType;
        headers.ContentLength = length;
        headers.CacheControl = Forever;
        headers.XContentTypeOptions = "nosniff";
        if (length is not null)
        {
            headers.AcceptRanges = "bytes";
        }

        if (validators.Sha256 is { } sha256)
        {
            headers.ETag = $"\"{sha256}\"";
        }

        if (validators.ChangedAt is { } changedAt)
        {
            headers.LastModified = HeaderUtilities.FormatDate(changedAt);
        }
    }

    private static async Task SendArrivingAsync(HttpContext http, Stream body, Validators validators)
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

            await SendAsync(http, body, validators);
        }
        catch (IOException exception) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            RequestIds.Answer(http);
            await FailureResult.WriteAsync(
                http, exception is BrokenDownloadException { Failure: var failure } ? failure : new Failure(FailureKind.Unavailable, exception.Message, TimeSpan.FromSeconds(5)));
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

    /// <param name="Sha256">The digest of the file; null if it is not known yet.</param>
    /// <param name="ChangedAt">When it was published, in whole seconds; null if unknown.</param>
    private readonly record struct Validators(Sha256Digest? Sha256, DateTimeOffset? ChangedAt)
    {
        public EntityTagHeaderValue? Tag => Sha256 is { } sha256 ? new EntityTagHeaderValue($"\"{sha256}\"") : null;

        public static Validators Of(DownloadFile.Result result) =>
            new(result.Sha256, result.PublishedAt is { } time ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)) : null);
    }
}
