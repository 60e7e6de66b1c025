namespace PyWharf.Application.Sessions;

/// <summary>How long sessions last, and how many there may be.</summary>
public static class SessionLimits
{
    /// <summary>The most sessions of all repositories: enough for a company, and a limit of memory or disk.</summary>
    public const int MostSessions = 10_000;

    /// <summary>
    /// The most sessions that one secret or token of a repository may have (by <see cref="Session.Repository"/> and <see cref="Session.Actor"/>). A team may
    /// share a secret; the limit keeps its sessions from evicting those of others.
    /// </summary>
    public const int MostSessionsPerHolder = 50;

    /// <summary>How long a session lasts at most.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>How long a session lasts without a request.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromHours(2);
}
