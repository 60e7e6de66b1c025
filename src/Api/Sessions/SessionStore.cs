using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Api.Sessions;

/// <summary>The sessions of this process, in memory only: a restart ends them, and no secret is written anywhere.</summary>
internal sealed class SessionStore(TimeProvider time)
{
    // More than a company's browsers; fewer than would fill the memory.
    private const int MaxSessions = 10_000;

    // A secret is shared by a team, but nobody's logins push out those of others.
    private const int MaxSessionsPerHolder = 50;

    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>A random text that nobody guesses: 256 bits, safe in cookies and forms.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Begins a session; what is returned identifies it, and says nothing.</summary>
    /// <param name="repository">The repository that let the browser in.</param>
    /// <param name="credential">What it showed.</param>
    public string Begin(RepositoryName repository, Credential credential)
    {
        var holder = $"{repository}/{credential.Secret.Fingerprint()}";
        var id = NewToken();
        lock (_lock)
        {
            MakeRoom(MaxSessionsPerHolder, session => session.Holder == holder);
            if (_sessions.Count == MaxSessions)
            {
                MakeRoom(MaxSessions, _ => true);
            }

            _sessions[KeyOf(id)] = new Session(credential, holder, NewToken(), time.GetUtcNow() + Lifetime);
        }

        return id;
    }

    /// <summary>The session, or null when there is none of that id any more.</summary>
    public Session? Find(string id)
    {
        var key = KeyOf(id);
        lock (_lock)
        {
            return _sessions.GetValueOrDefault(key) is { } session && session.ExpiresAt > time.GetUtcNow() ? session : null;
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

    // Looked up by its digest: how long the look-up takes tells nothing of an id.
    private static string KeyOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>Where as many of these are there as may be, the oldest goes. What has expired is the oldest.</summary>
    private void MakeRoom(int most, Func<Session, bool> isOne)
    {
        var count = 0;
        KeyValuePair<string, Session>? oldest = null;
        foreach (var entry in _sessions)
        {
            if (isOne(entry.Value))
            {
                count++;
                oldest = oldest?.Value.ExpiresAt <= entry.Value.ExpiresAt ? oldest : entry;
            }
        }

        if (count >= most && oldest is { } first)
        {
            _sessions.Remove(first.Key);
        }
    }
}
