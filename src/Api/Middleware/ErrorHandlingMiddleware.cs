using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Api.Http;
using PyWharf.Api.Observability;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Middleware;

/// <summary>The outermost middleware: refuses ambiguous request targets, and turns exceptions into responses.</summary>
internal sealed partial class ErrorHandlingMiddleware(
    RequestDelegate next, IHostApplicationLifetime server, IStorageFaults faults, ILogger<ErrorHandlingMiddleware> logger)
{
    private static readonly Failure Broken = new(FailureKind.Broken, "The server failed to do this; its log says why.");

    private static readonly Failure BadTarget = new(FailureKind.Invalid, "The request's target holds '..', '\\', an encoded '/' or a control character.");

    public async Task InvokeAsync(HttpContext http)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";

        // The raw target as the client sent it: the path that routing sees is decoded and collapsed already.
        if (!RequestTarget.IsValid(http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""))
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
            // The client is gone: there is nobody to answer.
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            await FailureResult.WriteAsync(http, new Failure(
                exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? FailureKind.TooLarge : FailureKind.Invalid, exception.Message));
        }
        catch (Exception exception) when (!http.Response.HasStarted && faults.Explain(exception, "An answer") is { } fault)
        {
            // Storage faults after the use case has returned: a file is opened when its bytes are sent.
            http.Response.Clear();
            RequestIds.Answer(http);
            await FailureResult.WriteAsync(http, fault);
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            Log.Threw(logger, http.Request.Method, http.Request.Path, exception);
            http.Response.Clear();
            RequestIds.Answer(http);
            await FailureResult.WriteAsync(http, Broken);
        }
    }

    /// <summary>Whether the connection is closed, by the client or by the stopping server. RequestAborted is cancelled slightly later than reads fail.</summary>
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
