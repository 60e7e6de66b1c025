using System.Collections.Concurrent;
using System.Collections.Frozen;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Database;

/// <summary>The days on which tokens were used: noted by requests, and written to the database later, once a day for each token.</summary>
internal sealed class TokenUses(TimeProvider time)
{
    private readonly ConcurrentDictionary<Sha256Digest, DateOnly> _noted = new();
    private readonly ConcurrentQueue<KeyValuePair<Sha256Digest, DateOnly>> _unwritten = new();

    /// <summary>Notes that a token is used now. Safe for concurrent use.</summary>
    public void Note(AccessToken token)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (token.LastUsed >= today || (_noted.TryGetValue(token.Digest, out var noted) && noted >= today))
        {
            return;
        }

        _noted[token.Digest] = today;
        _unwritten.Enqueue(KeyValuePair.Create(token.Digest, today));
    }

    /// <summary>Forgets all tokens but these.</summary>
    public void Keep(IReadOnlyDictionary<Sha256Digest, AccessToken> tokens)
    {
        foreach (var digest in _noted.Keys.Where(digest => !tokens.ContainsKey(digest)))
        {
            _noted.TryRemove(digest, out _);
        }
    }

    /// <summary>Writes what was noted; keeps it for the next time where another process is writing, or an exception says that it can't be written.</summary>
    /// <param name="tryWrite">Writes the days of tokens; false where another process is writing.</param>
    public void Write(Func<IReadOnlyDictionary<Sha256Digest, DateOnly>, bool> tryWrite)
    {
        var uses = Take();
        var isWritten = false;
        try
        {
            isWritten = uses.Count == 0 || tryWrite(uses);
        }
        finally
        {
            if (!isWritten)
            {
                PutBack(uses);
            }
        }
    }

    /// <summary>Takes what was noted and not written yet.</summary>
    public IReadOnlyDictionary<Sha256Digest, DateOnly> Take()
    {
        if (_unwritten.IsEmpty)
        {
            return FrozenDictionary<Sha256Digest, DateOnly>.Empty;
        }

        var uses = new Dictionary<Sha256Digest, DateOnly>();
        while (_unwritten.TryDequeue(out var use))
        {
            uses[use.Key] = use.Value;
        }

        return uses;
    }

    /// <summary>Keeps what could not be written for the next time.</summary>
    public void PutBack(IReadOnlyDictionary<Sha256Digest, DateOnly> uses)
    {
        foreach (var use in uses)
        {
            _unwritten.Enqueue(use);
        }
    }
}
