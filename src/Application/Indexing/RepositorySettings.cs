namespace PyWharf.Application.Indexing;

/// <summary>The limits of a repository that hold for every kind of storage.</summary>
/// <param name="MaxFileBytes">The largest file it accepts.</param>
/// <param name="SyncInterval">How often its index is compared with its storage.</param>
public sealed record RepositorySettings(long MaxFileBytes, TimeSpan SyncInterval);
