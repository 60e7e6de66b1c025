namespace PyWharf.Application.Audit;

/// <summary>
/// Finds uploads in the audit log whose server may have been killed between their line and their publication. Whether it was is for the storage to say.
/// </summary>
public interface IInterruptedUploads
{
    /// <summary>How often to look while a server runs; null for once, after its start.</summary>
    TimeSpan? Interval { get; }

    /// <summary>Those that have no later line. Those that are under way in a server that runs are not among them.</summary>
    /// <param name="before">When this server started: later events are its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<AuditEvent>> FindAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
