using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using PyWharf.Api.Http;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>A failure that is known before the body was read.</summary>
internal static class RefusedBody
{
    private const long MostBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>
    /// Answers, and throws away what is left of the body, within bounds. Clients such as twine send everything before they read the answer, and
    /// would report a broken connection instead of the reason. One that waits for «100 Continue» has sent nothing and need not send it.
    /// </summary>
    public static async Task AnswerAsync(HttpContext http, Failure failure)
    {
        if (RequestBody.Of(http) is not { } body)
        {
            await FailureResult.WriteAsync(http, failure);
        }
        else if (body.IsTrusted && !Waits(http) && !(http.Request.ContentLength > MostBytes) && await TryReadToEndAsync(http, body))
        {
            // Answered at the end: the connection goes on, and no proxy between lets go of the client before it has the answer.
            await FailureResult.WriteAsync(http, failure);
        }
        else
        {
            // Told at once. What a stranger sends nevertheless goes nowhere, for as long as RequestBody allows.
            http.Response.Headers.Connection = "close";
            await FailureResult.WriteAsync(http, failure);
            if (!body.IsTrusted && !Waits(http))
            {
                await TryReadToEndAsync(http, body);
            }
        }
    }

    private static bool Waits(HttpContext http) =>
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
            for (var drained = 0L; drained < MostBytes;)
            {
                var read = await body.ReadAsync(buffer, http.RequestAborted);
                if (read == 0)
                {
                    return true;
                }

                drained += read;
            }
        }
        catch (Exception exception) when (exception is BodyException or OperationCanceledException or IOException)
        {
            // Too slow, or gone.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return false;
    }
}
