using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Sessions;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Sessions;

/// <summary>The sessions of this process, in memory only: a restart ends them, and no secret is stored.</summary>
internal sealed class InMemorySessionStore(TimeProvider time) : ISessionStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _sessions = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                var now = time.GetUtcNow();

                return _sessions.Values.Count(entry => entry.IsAlive(now));
            }
        }
    }

    /// <inheritdoc/>
    public Task<string> BeginAsync(RepositoryName repository, Credential credential, AuditActor actor, CancellationToken cancellationToken)
    {
        var id = SessionToken.New();
        lock (_lock)
        {
            MakeRoom(SessionLimits.MostSessionsPerHolder, entry => entry.Session.Repository == repository && entry.Session.Actor == actor);
            if (_sessions.Count == SessionLimits.MostSessions)
            {
                MakeRoom(SessionLimits.MostSessions, _ => true);
            }

            var now = time.GetUtcNow();
            var session = new Session(repository, actor, credential, SessionToken.New(), now + SessionLimits.Lifetime);
            _sessions[SessionToken.DigestOf(id)] = new Entry(session) { SeenAt = now };
        }

        return Task.FromResult(id);
    }

    /// <inheritdoc/>
    public ValueTask<Session?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var key = SessionToken.DigestOf(id);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_sessions.GetValueOrDefault(key) is not { } entry || !entry.IsAlive(now))
            {
                return default;
            }

            entry.SeenAt = now;

            return new(entry.Session);
        }
    }

    /// <inheritdoc/>
    public ValueTask LeaveNoticeAsync(string id, string notice, CancellationToken cancellationToken)
    {
        var key = SessionToken.DigestOf(id);
        lock (_lock)
        {
            _sessions.GetValueOrDefault(key)?.Notice = notice;
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<string?> TakeNoticeAsync(string id, CancellationToken cancellationToken)
    {
        var key = SessionToken.DigestOf(id);
        lock (_lock)
        {
            var entry = _sessions.GetValueOrDefault(key);
            var notice = entry?.Notice;
            entry?.Notice = null;

            return new(notice);
        }
    }

    /// <inheritdoc/>
    public ValueTask EndAsync(string id, CancellationToken cancellationToken)
    {
        var key = SessionToken.DigestOf(id);
        lock (_lock)
        {
            _sessions.Remove(key);
        }

        return default;
    }

    /// <inheritdoc/>
    public Task RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var (key, entry) in _sessions)
            {
                if (!entry.IsAlive(now))
                {
                    _sessions.Remove(key);
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Removes the oldest of the matching sessions if there are too many; expired ones are the oldest.</summary>
    private void MakeRoom(int most, Func<Entry, bool> isOne)
    {
        var count = 0;
        KeyValuePair<string, Entry>? oldest = null;
        foreach (var entry in _sessions)
        {
            if (isOne(entry.Value))
            {
                count++;
                oldest = oldest?.Value.Session.ExpiresAt <= entry.Value.Session.ExpiresAt ? oldest : entry;
            }
        }

        if (count >= most && oldest is { } first)
        {
            _sessions.Remove(first.Key);
        }
    }

    private sealed class Entry(Session session)
    {
        public Session Session => session;

        public DateTimeOffset SeenAt { get; set; }

        public string? Notice { get; set; }

        public bool IsAlive(DateTimeOffset now) => session.ExpiresAt > now && SeenAt + SessionLimits.IdleLifetime > now;
    }
}
