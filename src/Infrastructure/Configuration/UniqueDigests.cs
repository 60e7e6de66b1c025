using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// The SHA-256 digests of secrets and tokens in one document. A token's is nobody else's: it would not be known which of them is shown.
/// </summary>
internal sealed class UniqueDigests
{
    private readonly Dictionary<Sha256Digest, (string Where, bool IsToken)> _seen = [];

    /// <summary>Adds the secrets of a repository that are given as digests, and reports those that are a token's. They may be equal to each other.</summary>
    public void Add(RepositoryTable table, IEnumerable<SecretSetting> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret.Digest is { } digest)
            {
                Add(digest, table, secret.Key, isToken: false);
            }
        }
    }

    /// <summary>Adds that of a token, and reports it where it is known.</summary>
    public void Add(Sha256Digest digest, RepositoryTable table, string key) => Add(digest, table, key, isToken: true);

    private void Add(Sha256Digest digest, RepositoryTable table, string key, bool isToken)
    {
        var name = $"\"{key}\" in [{table.Title}]";
        if (_seen.TryGetValue(digest, out var first) && (isToken || first.IsToken))
        {
            table.Report($"{name} is the same as {first.Where}: every token has a text of its own", key);
        }

        _seen.TryAdd(digest, ($"{name} at {table.PositionOf(key)}", isToken));
    }
}
