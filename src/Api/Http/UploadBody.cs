using Microsoft.AspNetCore.Http.Features;

namespace PyWharf.Api.Http;

/// <summary>What is left of an upload's body when the answer is known early.</summary>
internal static class UploadBody
{
    private const long MostBytes = 2L * 1024 * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Reads on and throws away, within bounds. Clients such as twine send everything before they read the answer, and would report a broken
    /// connection instead of the reason. One that waits for «100 Continue» has sent nothing and need not send it.
    /// </summary>
    public static async Task DrainAsync(HttpContext http)
    {
        var request = http.Request;
        var waits = request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase) && !HasBegun(http);

        if (!waits && (request.ContentLength ?? 0) <= MostBytes && await TryReadToEndAsync(http))
        {
            return;
        }

        http.Response.Headers.Connection = "close";
    }

    // Reading from it is what sends «100 Continue».
    private static bool HasBegun(HttpContext http) => http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.IsReadOnly == true;

    private static async Task<bool> TryReadToEndAsync(HttpContext http)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        using var timer = http.RequestServices.GetRequiredService<TimeProvider>()
            .CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), deadline, Longest, Timeout.InfiniteTimeSpan);

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        try
        {
            var body = http.Request.BodyReader;
            for (var drained = 0L; drained < MostBytes;)
            {
                var read = await body.ReadAsync(deadline.Token);
                drained += read.Buffer.Length;
                body.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Too slow, or gone.
        }
        catch (IOException)
        {
            // Gone.
        }

        return false;
    }
}
