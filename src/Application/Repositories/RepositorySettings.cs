using PyWharf.Application.Access;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Settings of a repository that apply to every kind of storage.</summary>
/// <param name="MaxFileBytes">The largest file that it accepts.</param>
/// <param name="SyncInterval">How often its index is compared with its storage.</param>
/// <param name="Policy">The upload rules.</param>
/// <param name="Reserve">Names that no repository of the server requests from the upstream index.</param>
/// <param name="Access">The rules of access.</param>
/// <param name="HoldsWriteSecret">
/// Whether the configuration holds the write secret: whoever can read the configuration, such as a command on the machine, may do all that it allows. False
/// if each caller has a secret of their own.
/// </param>
public sealed record RepositorySettings(
    long MaxFileBytes, TimeSpan SyncInterval, PublishingPolicy Policy, IReadOnlyList<NamePattern> Reserve, AccessRules Access, bool HoldsWriteSecret)
{
    /// <summary>The upstream index of its own; null for the one of all repositories that have none.</summary>
    public UpstreamSettings? Upstream { get; init; }
}
