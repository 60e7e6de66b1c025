using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Api.Http;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>The response to a request that is refused before its body is read.</summary>
internal static class EarlyFailureResult
{
    private const long MaxDrainedBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>
    /// Writes the failure and drains the rest of the body, within limits. Clients such as twine send the whole body before they read the response,
    /// and would report a broken connection instead of the failure. A client that waits for «100 Continue» has not sent its body.
    /// </summary>
    public static async Task WriteAsync(HttpContext http, Failure failure)
    {
        if (RequestBody.Of(http) is not { } body)
        {
            await FailureResult.WriteAsync(http, failure);
        }
        else if (body.IsTrusted && !IsWaitingForContinue(http) && !(http.Request.ContentLength > MaxDrainedBytes) && await TryReadToEndAsync(http, body))
        {
            // Answered after the body: the connection stays usable, and no proxy drops the client before it has the response.
            await FailureResult.WriteAsync(http, failure);
        }
        else
        {
            // Answered at once. The body of an untrusted client is still drained, for as long as RequestBody allows.
            http.Response.Headers.Connection = "close";
            await FailureResult.WriteAsync(http, failure);
            if (!body.IsTrusted && !IsWaitingForContinue(http))
            {
                await TryReadToEndAsync(http, body);
            }
        }
    }

    private static bool IsWaitingForContinue(HttpContext http) =>
        http.Request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase)
        && http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.IsReadOnly == false; // reading is what sends «100 Continue»

    private static async Task<bool> TryReadToEndAsync(HttpContext http, RequestBody body)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var drained = 0L; drained < MaxDrainedBytes;)
            {
                var read = await body.ReadAsync(buffer, http.RequestAborted);
                if (read == 0)
                {
                    return true;
                }

                drained += read;
            }
        }
        catch (Exception exception) when (exception is RequestBodyException or OperationCanceledException or IOException)
        {
            // The client is too slow, or gone.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return false;
    }
}
