using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;

namespace PyWharf.Api.Middleware;

/// <summary>Replaces the web server's request body by a <see cref="RequestBody"/>, and answers 408 or 503 if it does not arrive in time.</summary>
internal sealed class RequestBodyMiddleware(RequestDelegate next, UntrustedBodies untrusted, RequestBodyOptions options, TimeProvider time)
{
    public Task InvokeAsync(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? InvokeWithBodyAsync(http) : next(http);

    private async Task InvokeWithBodyAsync(HttpContext http)
    {
        await using var body = new RequestBody(http.Request.BodyReader, untrusted, options, time);
        http.Features.Set(body);
        http.Request.Body = body;
        try
        {
            await next(http);
        }
        catch (RequestBodyException exception) when (!http.Response.HasStarted)
        {
            http.Response.Headers.Connection = "close";
            await FailureResult.WriteAsync(http, exception.Failure);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is ConnectionAbortedException)
        {
            // The web server aborted the connection. It tells the reader of the body before it cancels RequestAborted; there is nobody to answer.
        }
    }
}
