using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>What the audit page shows.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Event">The kind of event to show, as it was asked for; empty for any.</param>
/// <param name="Project">The project, as it was asked for; empty for any.</param>
/// <param name="Since">The beginning of the time, as it was asked for; empty for any.</param>
public sealed record AuditListing(RepositoryName Repository, string Event, string Project, string Since)
{
    /// <summary>What can't be understood of that; null if nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether the visitor sees the events of the whole server too: not one who administers some projects only.</summary>
    public bool HasServerEvents { get; init; }

    /// <summary>The events of this page, newest first.</summary>
    public IReadOnlyList<RecordedEvent> Events { get; init; } = [];

    /// <summary>Whether newer events are left out.</summary>
    public bool HasNewer { get; init; }

    /// <summary>The <see cref="RecordedEvent.Previous"/> from which on the next page goes; null if this one has the oldest event.</summary>
    public Sha256Digest? Older { get; init; }
}
