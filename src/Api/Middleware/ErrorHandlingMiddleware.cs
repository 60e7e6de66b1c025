using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The outermost middleware: refuses request targets that mean something else once decoded, and turns what is thrown into an answer.</summary>
internal sealed partial class RequestGuard(
    RequestDelegate next, IHostApplicationLifetime server, IStorageFaults faults, ILogger<RequestGuard> logger)
{
    private static readonly Failure Broken = new(FailureKind.Broken, "The server failed to do this; its log says why.");

    private static readonly Failure BadTarget = new(FailureKind.Invalid, "The request's target holds '..', '\\', an encoded '/' or a control character.");

    public async Task InvokeAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";

        // Routing sees a path that the server has decoded and collapsed; this is what the client sent.
        if (!IsPlain(http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""))
        {
            await FailureResult.WriteAsync(http, BadTarget);

            return;
        }

        try
        {
            await next(http);
        }
        catch (Exception exception) when (IsGone(http, exception))
        {
            // Nobody is there to be answered.
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            await FailureResult.WriteAsync(http, new Failure(
                exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? FailureKind.TooLarge : FailureKind.Invalid, exception.Message));
        }
        catch (Exception exception) when (!http.Response.HasStarted && faults.Explain(exception, "An answer") is { } fault)
        {
            // Outside of every use case: a file is opened when its bytes are sent.
            http.Response.Clear();
            await FailureResult.WriteAsync(http, fault);
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            Log.Threw(logger, http.Request.Method, http.Request.Path, exception);
            http.Response.Clear();
            await FailureResult.WriteAsync(http, Broken);
        }
    }

    /// <summary>
    /// Whether the target is of the characters that addresses have (RFC 3986, section 2), and no segment of its path is «.», «..» or hides a
    /// separator or a control character behind its encoding.
    /// </summary>
    internal static bool IsPlain(string target)
    {
        // Those of a query go into redirects as they are.
        if (target.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
        {
            return false;
        }

        var end = target.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? target.AsSpan() : target.AsSpan(0, end);
        if (path.Contains('\\'))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.IndexOfAny('%', '.') < 0)
            {
                continue;
            }

            var decoded = Uri.UnescapeDataString(segment);
            if (decoded is "." or ".." || decoded.Any(character => character is '/' or '\\' || char.IsControl(character)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the connection is closed: by the client, or by a server that has stopped. The request's token hears of it a moment later than who reads.</summary>
    private bool IsGone(HttpContext http, Exception exception) =>
        http.RequestAborted.IsCancellationRequested
        || server.ApplicationStopped.IsCancellationRequested
        || exception is ConnectionAbortedException or ConnectionResetException;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Threw(ILogger logger, string method, string path, Exception exception);
    }
}
