using System.Collections.Concurrent;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Tokens;

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
    public void Write(TokenDatabase database)
    {
        if (_unwritten.IsEmpty)
        {
            return;
        }

        var uses = new Dictionary<Sha256Digest, DateOnly>();
        while (_unwritten.TryDequeue(out var use))
        {
            uses[use.Key] = use.Value;
        }

        var isWritten = false;
        try
        {
            isWritten = database.TryWriteUses(uses);
        }
        finally
        {
            foreach (var use in isWritten ? [] : uses)
            {
                _unwritten.Enqueue(use);
            }
        }
    }
}
