using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Api.Sessions;

/// <summary>The sessions of this process, in memory only: a restart ends them, and no secret is stored.</summary>
internal sealed class SessionStore(TimeProvider time)
{
    // Enough for a company; limits the memory.
    private const int MaxSessions = 10_000;

    // A team may share a secret. The limit keeps the sessions of one secret from evicting those of others.
    private const int MaxSessionsPerHolder = 50;

    /// <summary>How long a session lasts at most.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>How long a session lasts without a request.</summary>
    public static readonly TimeSpan IdleLifetime = TimeSpan.FromHours(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _sessions = new(StringComparer.Ordinal);

    /// <summary>How many sessions there are that have not expired.</summary>
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

    /// <summary>A random token: 256 bits, as text that is safe in cookies and forms.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a text has the form of such a token.</summary>
    public static bool IsToken(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Begins a session; returns its random id.</summary>
    /// <param name="repository">The repository of the credential.</param>
    /// <param name="credential">The credential of the login.</param>
    /// <param name="actor">What the audit log calls the session.</param>
    public string Begin(RepositoryName repository, Credential credential, AuditActor actor)
    {
        var holder = $"{repository}/{credential.Secret.Fingerprint()}";
        var id = NewToken();
        lock (_lock)
        {
            MakeRoom(MaxSessionsPerHolder, entry => entry.Session.Holder == holder);
            if (_sessions.Count == MaxSessions)
            {
                MakeRoom(MaxSessions, _ => true);
            }

            var now = time.GetUtcNow();
            _sessions[KeyOf(id)] = new Entry(new Session(repository, actor, credential, holder, NewToken(), now + Lifetime)) { SeenAt = now };
        }

        return id;
    }

    /// <summary>The session, which is in use with that; null if it does not exist or has expired.</summary>
    public Session? Find(string id)
    {
        var key = KeyOf(id);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_sessions.GetValueOrDefault(key) is not { } entry || !entry.IsAlive(now))
            {
                return null;
            }

            entry.SeenAt = now;

            return entry.Session;
        }
    }

    /// <summary>Keeps the result of an action for the next page that the session opens.</summary>
    public void Leave(string id, string notice)
    {
        var key = KeyOf(id);
        lock (_lock)
        {
            _sessions.GetValueOrDefault(key)?.Notice = notice;
        }
    }

    /// <summary>The result of the last action, once; null if there is none.</summary>
    public string? TakeNotice(string id)
    {
        var key = KeyOf(id);
        lock (_lock)
        {
            var entry = _sessions.GetValueOrDefault(key);
            var notice = entry?.Notice;
            entry?.Notice = null;

            return notice;
        }
    }

    /// <summary>Ends a session.</summary>
    public void End(string id)
    {
        var key = KeyOf(id);
        lock (_lock)
        {
            _sessions.Remove(key);
        }
    }

    // Keyed by digest, so that the time of a lookup reveals nothing about ids.
    private static string KeyOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

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

        public bool IsAlive(DateTimeOffset now) => session.ExpiresAt > now && SeenAt + IdleLifetime > now;
    }
}
