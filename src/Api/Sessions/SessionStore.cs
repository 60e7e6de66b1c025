using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Api.Sessions;

/// <summary>The sessions of this process, in memory only: a restart ends them, and no secret is written anywhere.</summary>
internal sealed class SessionStore(TimeProvider time)
{
    // More than a company's browsers; fewer than would fill the memory.
    private const int MostSessions = 10_000;

    // A secret is shared by a team, but nobody's logins push out those of others.
    private const int MostOfOneHolder = 50;

    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _beginning = new();

    /// <summary>A random text that nobody guesses: 256 bits, safe in cookies and forms.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Begins a session; what is returned identifies it, and says nothing.</summary>
    /// <param name="repository">The repository that let the browser in.</param>
    /// <param name="credential">What it showed.</param>
    public string Begin(RepositoryName repository, Credential credential)
    {
        var holder = $"{repository}/{credential.Secret.Fingerprint()}";
        var id = NewToken();
        lock (_beginning)
        {
            RemoveOldest(MostOfOneHolder, session => session.Holder == holder);
            RemoveOldest(MostSessions, _ => true);
            _sessions[KeyOf(id)] = new Session(credential, holder, NewToken(), time.GetUtcNow() + Lifetime);
        }

        return id;
    }

    /// <summary>The session, or null when there is none of that id any more.</summary>
    public Session? Find(string id)
    {
        var key = KeyOf(id);
        if (!_sessions.TryGetValue(key, out var session))
        {
            return null;
        }

        if (session.ExpiresAt > time.GetUtcNow())
        {
            return session;
        }

        _sessions.TryRemove(key, out _);

        return null;
    }

    /// <summary>Ends a session.</summary>
    public void End(string id) => _sessions.TryRemove(KeyOf(id), out _);

    // Looked up by its digest: how long the look-up takes tells nothing of an id.
    private static string KeyOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>Makes room for one more of these.</summary>
    private void RemoveOldest(int most, Func<Session, bool> isOne)
    {
        var sessions = _sessions.Where(entry => isOne(entry.Value)).ToList();
        foreach (var (key, _) in sessions.OrderBy(entry => entry.Value.ExpiresAt).Take(sessions.Count - most + 1))
        {
            _sessions.TryRemove(key, out _);
        }
    }
}
