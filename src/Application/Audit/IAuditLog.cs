using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>
/// The record of what was changed, by whom: append-only, and each line has the digest of the one before, so that a removed or altered line shows.
/// One for all repositories of a server; safe for concurrent use, also by several processes.
/// </summary>
public interface IAuditLog
{
    /// <summary>
    /// Adds events, all or none, in this order. When it returns without a failure, they are on the disk. <see cref="FailureKind.OutOfSpace"/> where the
    /// disk is full, <see cref="FailureKind.Unavailable"/> where they can't be written otherwise: what they are about must not be done then.
    /// </summary>
    Task<Failure?> AppendAsync(params IReadOnlyList<AuditEvent> entries);

    /// <summary>
    /// The newest events of a query, newest first. Reads backwards until the limit is reached or the rest is older, at worst the whole log; writers do not
    /// wait meanwhile. Events whose lines were damaged are left out.
    /// </summary>
    Task<IReadOnlyList<RecordedEvent>> FindAsync(AuditQuery query, CancellationToken cancellationToken);
}
