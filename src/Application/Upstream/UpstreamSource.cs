using System.Runtime.CompilerServices;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>An upstream index of a repository, with the repository's rules for it.</summary>
/// <param name="repository">The repository.</param>
/// <param name="index">The index.</param>
/// <param name="rules">What may come from there.</param>
/// <param name="isShared">Whether other repositories use the same index, so that it is not closed with this one.</param>
public sealed class UpstreamSource(RepositoryName repository, IUpstream index, UpstreamRules rules, bool isShared) : IDisposable
{
    /// <summary>Whether two sources have the same index: repositories may share one, with the same rules.</summary>
    public static IEqualityComparer<UpstreamSource> ByIndex { get; } = EqualityComparer<UpstreamSource>.Create(
        static (one, other) => ReferenceEquals(one?.Index, other?.Index), static source => RuntimeHelpers.GetHashCode(source.Index));

    /// <summary>The repository.</summary>
    public RepositoryName Repository => repository;

    /// <summary>What may come from the index.</summary>
    public UpstreamRules Rules => rules;

    /// <summary>See <see cref="IUpstream.Trouble"/>.</summary>
    public string? Trouble => index.Trouble;

    /// <summary>The index; for the gate only.</summary>
    internal IUpstream Index => index;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!isShared)
        {
            index.Dispose();
        }
    }
}
