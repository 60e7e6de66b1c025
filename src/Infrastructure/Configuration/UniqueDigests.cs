using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// The SHA-256 digests of secrets and tokens in one document. A token's is nobody else's: it would not be known which of them is shown.
/// </summary>
internal sealed class UniqueDigests
{
    private readonly Dictionary<Sha256Digest, (string Where, bool IsToken)> _seen = [];

    /// <summary>Adds the secrets of a repository that are given as digests. They may be equal to each other.</summary>
    /// <returns>What is wrong with the first that is a token's; null if none is.</returns>
    public string? Add(RepositoryTable table, IEnumerable<SecretSetting> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret.Digest is { } digest && Add(digest, table, secret.Key, isToken: false) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Adds that of a token.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? Add(Sha256Digest digest, RepositoryTable table, string key) => Add(digest, table, key, isToken: true);

    private string? Add(Sha256Digest digest, RepositoryTable table, string key, bool isToken)
    {
        var name = $"\"{key}\" in [{table.Title}]";
        if (_seen.TryGetValue(digest, out var first) && (isToken || first.IsToken))
        {
            return table.Problem($"{name} is the same as {first.Where}: every token has a text of its own", key);
        }

        _seen.TryAdd(digest, ($"{name} at {table.PositionOf(key)}", isToken));

        return null;
    }
}
