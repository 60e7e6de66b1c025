using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Locks projects of a repository against concurrent changes, by this server and by all that share the repository.</summary>
internal interface IProjectLocks
{
    /// <summary>The failure where a lock is not to be had in time.</summary>
    static readonly Failure Busy = new(
        FailureKind.Unavailable, "Another process is changing this project: try again in a moment.", TimeSpan.FromSeconds(5));

    /// <summary>Whether servers on other machines share them, too.</summary>
    bool AreShared { get; }

    /// <summary>
    /// Locks the project until the result is disposed; null where somebody else holds it for 30 s. Throws <see cref="IOException"/> where locks can't be
    /// had at all.
    /// </summary>
    Task<IProjectLock?> TryLockAsync(ProjectName project, CancellationToken cancellationToken);
}
