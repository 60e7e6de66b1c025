using System.Globalization;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>Reads which events of the audit log a URL asks for: <c>since</c>, <c>event</c>, <c>project</c>, <c>before</c> and <c>limit</c> of its query.</summary>
internal static class AuditFilter
{
    // RFC 3339, or a date: its beginning in UTC.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The value of a field of the query; null if it is missing or empty, as that of a form's empty field is.</summary>
    public static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The request for the events. <see cref="FailureKind.Invalid"/> says which value can't be understood.</summary>
    public static Outcome<ListAuditEvents.Query> Read(HttpContext http, RepositoryName? addressed)
    {
        var (since, kind, project, before, limit) = (Text(http, "since"), Text(http, "event"), Text(http, "project"), Text(http, "before"), Text(http, "limit"));
        var (at, parsedKind, parsedProject) = (default(DateTimeOffset), default(AuditEventKind), default(ProjectName));
        var (digest, most) = (default(Sha256Digest), ListAuditEvents.DefaultLimit);
        var problem = since is not null && !TryParseTime(since, out at) ? "since is a date (2026-11-27) or a date-time (2026-11-27T12:00:00Z)."
            : kind is not null && !AuditEventKinds.TryParse(kind, out parsedKind) ? $"There is no such event; there are: {AuditEventKinds.All}."
            : project is not null && !ProjectName.TryParse(project, out parsedProject) ? "This is no project name."
            : before is not null && !Sha256Digest.TryParse(before, out digest) ? "before is what an event names as its previous: a SHA-256."
            : limit is not null && !int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) ? "The limit is a number."
            : null;

        return problem is not null
            ? new Failure(FailureKind.Invalid, problem)
            : new ListAuditEvents.Query(
                CredentialReader.Read(http),
                addressed,
                since is null ? null : at,
                kind is null ? null : parsedKind,
                parsedProject,
                before is null ? null : digest,
                most);
    }

    private static bool TryParseTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
