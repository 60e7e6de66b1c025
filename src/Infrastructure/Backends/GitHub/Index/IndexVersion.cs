namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>A version of the index file.</summary>
/// <param name="Sha">The digest of its blob; null where there is no index file yet.</param>
internal readonly record struct IndexVersion(string? Sha)
{
    /// <summary>Bytes; null where GitHub does not say.</summary>
    public long? Size { get; init; }

    public bool Equals(IndexVersion other) => Sha == other.Sha;

    public override int GetHashCode() => Sha?.GetHashCode(StringComparison.Ordinal) ?? 0;
}
