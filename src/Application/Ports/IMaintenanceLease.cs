using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>
/// Decides which of several servers on one database does the periodic work of a repository: comparing index and storage, reading metadata, removing
/// leftovers. Another server takes over within seconds after the one that holds the lease stops or dies.
/// </summary>
public interface IMaintenanceLease
{
    /// <summary>
    /// Whether this server does the periodic work of a repository now. Asked before each piece of work. False while the database can't be reached; always
    /// true without one, as processes on one root take turns by locks.
    /// </summary>
    ValueTask<bool> TryHoldAsync(RepositoryName repository, CancellationToken cancellationToken);
}
