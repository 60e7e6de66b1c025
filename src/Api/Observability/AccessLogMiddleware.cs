using Microsoft.AspNetCore.Http.Features;

namespace PyWharf.Api.Observability;

/// <summary>Hands an entry for each request to the <see cref="AccessLog"/>. Outside of what replaces the client's address.</summary>
internal sealed class AccessLogMiddleware(RequestDelegate next, AccessLog log, TimeProvider time)
{
    private const int ClientClosedRequest = 499; // nginx's; there is no standard one for a client that did not wait

    public async Task InvokeAsync(HttpContext http)
    {
        var start = time.GetTimestamp();
        var request = http.Request;
        var entry = new AccessLogEntry
        {
            Time = time.GetUtcNow(),
            RequestId = http.TraceIdentifier,
            Method = request.Method,
            Path = PathOf(http),
            UserAgent = request.Headers.UserAgent,
        };
        http.Features.Set(entry);
        try
        {
            await next(http);
        }
        finally
        {
            var response = http.Response;
            var isGone = http.RequestAborted.IsCancellationRequested;
            entry.Address = http.Connection.RemoteIpAddress;
            entry.Actor = entry.Credential?.Principal?.Name;
            entry.Credential = null; // an entry that waits holds no secret, and no long one
            entry.Status = isGone && !response.HasStarted ? ClientClosedRequest : response.StatusCode;
            entry.Bytes = isGone ? null
                : HttpMethods.IsHead(request.Method) || response.StatusCode == StatusCodes.Status304NotModified ? 0
                : response.ContentLength ?? (response.HasStarted ? null : 0);
            entry.Duration = time.GetElapsedTime(start);
            log.Add(entry);
        }
    }

    /// <summary>The raw target, which shows what the client sent; of an absolute one the path alone, as it may hold credentials.</summary>
    private static string PathOf(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is not ['/', ..])
        {
            return http.Request.Path.ToUriComponent();
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);

        return query < 0 ? target : target[..query];
    }
}
