using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Application.Sessions;

/// <summary>
/// The browser sessions, by their secret ids. Ids are not kept, only their digests (<see cref="SessionToken.DigestOf"/>). An exception is a fault of the
/// database that keeps them; nothing has changed then. Safe for concurrent use.
/// </summary>
public interface ISessionStore
{
    /// <summary>How many sessions there are that have not expired, for metrics; at most a minute old.</summary>
    int Count { get; }

    /// <summary>
    /// Begins a session; returns its random id. The oldest ones end where there are more than <see cref="SessionLimits"/> allows.
    /// </summary>
    /// <param name="repository">The repository of the credential.</param>
    /// <param name="credential">The credential of the login.</param>
    /// <param name="actor">What the audit log calls the session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<string> BeginAsync(RepositoryName repository, Credential credential, AuditActor actor, CancellationToken cancellationToken);

    /// <summary>
    /// The session, which is in use with that; null if it does not exist, has expired or was ended, by whichever server. Never fails: while the database is
    /// away, a session that this server has seen some minutes ago at most goes on.
    /// </summary>
    ValueTask<Session?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps the result of an action for the next page that the session opens. Never fails: the action is done, and the text is lost at worst.</summary>
    ValueTask LeaveNoticeAsync(string id, string notice, CancellationToken cancellationToken);

    /// <summary>The result of the last action, once; null if there is none. Call it after <see cref="FindAsync"/>. Never fails.</summary>
    ValueTask<string?> TakeNoticeAsync(string id, CancellationToken cancellationToken);

    /// <summary>Ends a session, for all servers when it returns.</summary>
    ValueTask EndAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes expired sessions. A background job calls it every minute. Never fails.</summary>
    Task RemoveExpiredAsync(CancellationToken cancellationToken);
}
