using PyWharf.Api.Http;

namespace PyWharf.Api.Middleware;

/// <summary>Adds a line of text, or a page for people, to the empty 404 and 405 responses of routing.</summary>
internal sealed class EmptyResponseMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);

        var response = http.Response;
        if (response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null })
        {
            var line = response.StatusCode == StatusCodes.Status404NotFound
                ? FailureResult.NoSuchPage.Message
                : $"{http.Request.Method} is not offered here.";

            response.Headers.CacheControl = "no-store";
            if (http.Request.IsNavigation())
            {
                await HtmlResult.WriteErrorAsync(http, response.StatusCode, line);

                return;
            }

            response.ContentType = "text/plain; charset=utf-8";
            response.ContentLength = line.Length + 1;
            if (!HttpMethods.IsHead(http.Request.Method))
            {
                await response.WriteAsync(line + "\n");
            }
        }
    }
}
