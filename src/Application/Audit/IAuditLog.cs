using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>
/// The record of what was changed, by whom: append-only, and each line has the digest of the one before, so that a removed or altered line shows.
/// One for all repositories of a server; safe for concurrent use, also by several processes.
/// </summary>
public interface IAuditLog
{
    /// <summary>
    /// Adds an event. When it returns without a failure, the line is on the disk. <see cref="FailureKind.OutOfSpace"/> where the disk is full,
    /// <see cref="FailureKind.Unavailable"/> where it can't be written otherwise: what the event is about must not be done then.
    /// </summary>
    Task<Failure?> AppendAsync(AuditEvent entry);
}
