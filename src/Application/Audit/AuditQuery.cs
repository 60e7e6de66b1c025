using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>Which events of the audit log are asked for.</summary>
public sealed record AuditQuery
{
    /// <summary>Only events since then; null for any time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only events of this kind; null for any.</summary>
    public AuditEventKind? Kind { get; init; }

    /// <summary>Only events of this repository and of the whole server; null for all.</summary>
    public RepositoryName? Repository { get; init; }

    /// <summary>Only events of this project; null for any.</summary>
    public ProjectName? Project { get; init; }

    /// <summary>Unless it has all projects, only events of a project in it.</summary>
    public ProjectScope Scope { get; init; } = ProjectScope.All;

    /// <summary>
    /// Only events that are older than the one with this <see cref="RecordedEvent.Previous"/>; null for the newest ones. Unlike a number of events to pass over,
    /// it stays right while events are added.
    /// </summary>
    public Sha256Digest? Before { get; init; }

    /// <summary>The most events.</summary>
    public required int Limit { get; init; }

    /// <summary>Whether an event is among them.</summary>
    public bool Includes(RecordedEvent recorded)
    {
        var found = recorded.Event;

        return (Since is not { } since || recorded.Time >= since)
            && (Kind is null || found.Kind == Kind)
            && (Repository is null || found.Repository is null || found.Repository == Repository)
            && (Project is null || Project.Equals(found.Project))
            && (Scope.IsAll || (found.Project is { } project && Scope.Includes(project)));
    }
}
