using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>
/// The one place that maps a failure to a response: status, reason phrase (twine and flit show nothing else) and one line of text, JSON for clients
/// that accept it (uv), or a page for people.
/// </summary>
internal static class FailureResult
{
    private const int MaxReasonPhraseLength = 200;

    /// <summary>The failure of a path that no page, index or file has.</summary>
    public static Failure NoSuchPage { get; } = new(FailureKind.NotFound, "There is no such page. The index is at /simple/.");

    public static async Task WriteAsync(HttpContext http, Failure failure)
    {
        if (failure.Kind == FailureKind.Unauthenticated && HttpMethods.IsGet(http.Request.Method) && http.Request.IsNavigation())
        {
            Redirect.ToLogin(http);

            return;
        }

        var response = http.Response;
        response.StatusCode = StatusOf(failure.Kind);
        if (failure.Kind == FailureKind.NotAllowed)
        {
            AllowReading(http);
        }

        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";

        if (failure.Kind == FailureKind.Unauthenticated)
        {
            // Installers send credentials only after this header (charset: RFC 7617). A browser would open its own password dialog, instead of this page.
            response.Headers.WWWAuthenticate = http.Request.IsNavigation() ? "Cookie realm=\"pywharf\"" : "Basic realm=\"pywharf\", charset=\"UTF-8\"";
        }

        if (failure.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var line = AsciiLine.Of(failure.Message);
        if (http.Features.Get<IHttpResponseFeature>() is { } feature)
        {
            feature.ReasonPhrase = line[..Math.Min(line.Length, MaxReasonPhraseLength)];
        }

        await (http.Request.IsNavigation() ? HtmlResult.WriteErrorAsync(http, response.StatusCode, failure.Message) : WriteBodyAsync(http, failure.Kind, line));
    }

    private static Task WriteBodyAsync(HttpContext http, FailureKind kind, string line)
    {
        byte[] body;
        if (AsksForJson(http.Request))
        {
            // uv reads the message only if the type is exactly this, without a charset.
            http.Response.ContentType = "application/json";
            body = JsonSerializer.SerializeToUtf8Bytes(new { code = kind.ToString(), message = line });
        }
        else
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            body = Encoding.UTF8.GetBytes(line + "\n");
        }

        http.Response.ContentLength = body.Length;

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>405 is about the method (RFC 9110, section 15.5.6). A page that only writers have is forbidden to everybody.</summary>
    private static void AllowReading(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else
        {
            http.Response.Headers.Allow = "GET, HEAD";
        }
    }

    private static bool AsksForJson(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType == "application/json" && type.Quality != 0);

    /// <summary>The status code of a kind of failure.</summary>
    public static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.Invalid => StatusCodes.Status400BadRequest,
        FailureKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        FailureKind.Forbidden => StatusCodes.Status403Forbidden,
        FailureKind.NotFound => StatusCodes.Status404NotFound,
        FailureKind.NotAllowed => StatusCodes.Status405MethodNotAllowed,
        FailureKind.TooSlow => StatusCodes.Status408RequestTimeout,
        FailureKind.Conflict => StatusCodes.Status409Conflict,
        FailureKind.Gone => StatusCodes.Status410Gone,
        FailureKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        FailureKind.TooManyRequests => StatusCodes.Status429TooManyRequests,
        FailureKind.BadGateway => StatusCodes.Status502BadGateway,
        FailureKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        FailureKind.OutOfSpace => StatusCodes.Status507InsufficientStorage,
        FailureKind.Broken => StatusCodes.Status500InternalServerError,
        _ => throw new UnreachableException(),
    };
}
