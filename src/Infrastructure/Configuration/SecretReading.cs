using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>An admin_secret.toml that was read to its end.</summary>
/// <param name="Secrets">By repository; empty where something is wrong with one.</param>
/// <param name="Sources">Where each secret is, for people.</param>
/// <param name="Problems">In the order of the document; none where it can be used.</param>
public sealed record SecretReading(
    IReadOnlyDictionary<RepositoryName, Secret> Secrets, IReadOnlyDictionary<RepositoryName, string> Sources, IReadOnlyList<string> Problems);
