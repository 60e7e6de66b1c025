using Carter;
using PyWharf.Api.Http;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The audit log for administrators, as JSON. Documented in /openapi.json and docs/api.md.</summary>
internal sealed class AuditModule : ICarterModule
{
    private static readonly Failure NoSuchPage = new(FailureKind.NotFound, "There is no such page.");

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapRead("/api/audit", ListAsync);
        app.MapRead("/{repository}/api/audit", ListAsync);
    }

    private static async Task ListAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed))
        {
            await FailureResult.WriteAsync(http, NoSuchPage);

            return;
        }

        var query = AuditFilter.Read(http, addressed);
        if (query.Failure is { } malformed)
        {
            await FailureResult.WriteAsync(http, malformed);

            return;
        }

        var events = await http.Sender().Send(query.Value, http.RequestAborted);
        await (events.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : WriteAsync(http, events.Value));
    }

    private static async Task WriteAsync(HttpContext http, IReadOnlyList<RecordedEvent> events)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        using var body = new MemoryStream();
        body.Write("{\"events\":["u8);
        for (var number = 0; number < events.Count; number++)
        {
            body.Write(number == 0 ? ""u8 : ","u8);
            body.Write(events[number].Json.Span);
        }

        body.Write("]}\n"u8);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), http.RequestAborted);
    }
}
