using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Api.Hosting;
using PyWharf.Api.Http;

namespace PyWharf.Api.Bodies;

/// <summary>Puts a <see cref="RequestBody"/> in place of the web server's own, and answers for one that does not come.</summary>
internal sealed class BodyGuard(RequestDelegate next, StrangersBodies strangers, ServerOptions options, TimeProvider time)
{
    public Task InvokeAsync(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? GuardAsync(http) : next(http);

    private async Task GuardAsync(HttpContext http)
    {
        await using var body = new RequestBody(http.Request.BodyReader, strangers, options, time);
        http.Features.Set(body);
        http.Request.Body = body;
        try
        {
            await next(http);
        }
        catch (BodyException exception) when (!http.Response.HasStarted)
        {
            http.Response.Headers.Connection = "close";
            await FailureResult.WriteAsync(http, exception.Failure);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is ConnectionAbortedException)
        {
            // The web server has given the connection up, and says so here before it says so to others: nobody is there to be answered.
        }
    }
}
