using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>The limits of a repository that hold for every kind of storage.</summary>
/// <param name="MaxFileBytes">The largest file it accepts.</param>
/// <param name="SyncInterval">How often its index is compared with its storage.</param>
/// <param name="Policy">What of an upload is refused, warned about or let pass.</param>
/// <param name="Reserve">Names for which no repository of the server asks another index.</param>
/// <param name="ConfiguredSecret">
/// The write secret, where the configuration itself holds it: whoever may read that may use it. Null where each caller has their own.
/// </param>
public sealed record RepositorySettings(long MaxFileBytes, TimeSpan SyncInterval, PublishingPolicy Policy, IReadOnlyList<NamePattern> Reserve, Secret? ConfiguredSecret);
