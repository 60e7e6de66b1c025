namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>Which content the index file has.</summary>
/// <param name="Sha">The name of its blob; null where there is no index file yet.</param>
internal readonly record struct IndexVersion(string? Sha)
{
    /// <summary>Bytes, where that is told.</summary>
    public long? Size { get; init; }

    public bool Equals(IndexVersion other) => Sha == other.Sha;

    public override int GetHashCode() => Sha?.GetHashCode(StringComparison.Ordinal) ?? 0;
}
