using System.Globalization;
using Carter;
using PyWharf.Api.Http;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The audit log for administrators, as JSON. Documented in /openapi.json and docs/api.md.</summary>
internal sealed class AuditModule : ICarterModule
{
    // RFC 3339, or a date: its beginning in UTC.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapRead("/api/audit", ListAsync);
        app.MapRead("/{repository}/api/audit", ListAsync);
    }

    private static async Task ListAsync(HttpContext http)
    {
        var query = Read(http);
        if (query.Failure is { } malformed)
        {
            await FailureResult.WriteAsync(http, malformed);

            return;
        }

        var events = await http.Sender().Send(query.Value, http.RequestAborted);
        await (events.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : WriteAsync(http, events.Value));
    }

    private static Outcome<ListAuditEvents.Query> Read(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed))
        {
            return new Failure(FailureKind.NotFound, "There is no such page.");
        }

        var (since, kind, project, limit) = (Text(http, "since"), Text(http, "event"), Text(http, "project"), Text(http, "limit"));
        var (at, parsedKind, parsedProject, most) = (default(DateTimeOffset), default(AuditEventKind), default(ProjectName), ListAuditEvents.DefaultLimit);
        var problem = since is not null && !TryParseTime(since, out at) ? "since is a date (2026-11-27) or a date-time (2026-11-27T12:00:00Z)."
            : kind is not null && !AuditEventKinds.TryParse(kind, out parsedKind) ? $"There is no such event; there are: {AuditEventKinds.All}."
            : project is not null && !ProjectName.TryParse(project, out parsedProject) ? "This is no project name."
            : limit is not null && !int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) ? "The limit is a number."
            : null;

        return problem is not null
            ? new Failure(FailureKind.Invalid, problem)
            : new ListAuditEvents.Query(CredentialReader.Read(http), addressed, since is null ? null : at, kind is null ? null : parsedKind, parsedProject, most);
    }

    private static bool TryParseTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

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
