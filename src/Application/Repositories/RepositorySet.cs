using System.Collections.Frozen;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>All repositories of one configuration. Immutable.</summary>
/// <param name="repositories">Groups come after their members.</param>
/// <param name="adminSecrets">Of those that have one.</param>
public sealed class RepositorySet(IReadOnlyList<Repository> repositories, IReadOnlyDictionary<RepositoryName, Secret> adminSecrets) : IDisposable
{
    private readonly FrozenDictionary<RepositoryName, Repository> _byName = repositories.ToFrozenDictionary(repository => repository.Name);

    private readonly FrozenDictionary<Sha256Digest, AccessToken> _tokens =
        repositories.SelectMany(repository => repository.Settings.Access.Tokens).ToFrozenDictionary(token => token.Digest);

    private readonly NamePattern[] _reserved = [.. repositories.SelectMany(repository => repository.Settings.Reserve).Distinct()];

    /// <summary>All repositories, groups after their members.</summary>
    public IReadOnlyList<Repository> All { get; } = repositories;

    /// <summary>The only repository, if there is exactly one: a token without a user name is enough then.</summary>
    public Repository? Only { get; } = repositories is [var only] ? only : null;

    /// <summary>The decoy for repositories that do not exist; null if no repository has one.</summary>
    public IDecoy? Decoy { get; } = repositories.Select(repository => repository.Backend.Decoy).FirstOrDefault(decoy => decoy is not null);

    /// <summary>The repository of that name, or null.</summary>
    public Repository? Find(RepositoryName name) => _byName.GetValueOrDefault(name);

    /// <summary>The admin secret of the repository; null if the configuration has none.</summary>
    public Secret? AdminSecretOf(RepositoryName name) => adminSecrets.GetValueOrDefault(name);

    /// <summary>The token of the configuration with this digest, expired or not; null if there is none.</summary>
    public AccessToken? FindToken(Sha256Digest digest) => _tokens.GetValueOrDefault(digest);

    /// <summary>Whether any of them reserves the name.</summary>
    public bool Reserves(ProjectName project) => Array.Exists(_reserved, pattern => pattern.Matches(project));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var repository in All)
        {
            repository.Dispose();
        }
    }
}
