using PyWharf.Application.Audit;

namespace PyWharf.Infrastructure.Audit;

/// <summary>Finds interrupted uploads in the audit log of a root folder: those since the last orderly stop of its server.</summary>
internal sealed class InterruptedUploads(IAuditLog log) : IInterruptedUploads
{
    /// <summary>More uploads than are under way, or interrupted, between two starts.</summary>
    public const int MostEvents = 10_000;

    /// <inheritdoc/>
    public TimeSpan? Interval => null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEvent>> FindAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var recent = await log.FindAsync(new AuditQuery { Limit = MostEvents }, cancellationToken);

        return Among(recent
            .TakeWhile(recorded => recorded.Event.Kind != AuditEventKind.ServerStopped)
            .Select(recorded => (recorded.Event, recorded.Time < before)));
    }

    /// <summary>Those among events, the newest of which come first.</summary>
    /// <param name="events">All of the time, with whether each is of a server that does not run any more.</param>
    public static IReadOnlyList<AuditEvent> Among(IEnumerable<(AuditEvent Event, bool IsOfKilled)> events)
    {
        var resolved = new HashSet<(object?, string?)>();

        return
        [
            .. from recorded in events
               let found = recorded.Event
               where found is { Kind: AuditEventKind.Publish, Project: not null, File: not null, Sha256: not null }
                   && found.Outcome != AuditOutcome.Refused
                   && resolved.Add((found.Repository, found.File))
                   && found.Outcome == AuditOutcome.Ok
                   && recorded.IsOfKilled
               select found,
        ];
    }
}
