
namespace PyWharf.Api.Http;

/// <summary>Gives a line of text to answers that routing leaves empty: unknown paths and methods.</summary>
internal sealed class BareStatus(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);

        var response = http.Response;
        if (response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, ContentType: null })
        {
            var line = response.StatusCode == StatusCodes.Status404NotFound
                ? "There is no such page. The index is at /simple/."
                : $"{http.Request.Method} is not offered here.";

            response.ContentType = "text/plain; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            response.ContentLength = line.Length + 1;
            if (!HttpMethods.IsHead(http.Request.Method))
            {
                await response.WriteAsync(line + "\n");
            }
        }
    }
}
