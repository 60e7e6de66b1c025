using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>A completely received upload on the disk that is not published yet. Disposing it removes the file.</summary>
public abstract class StagedFile : IAsyncDisposable
{
    /// <summary>Absolute path; nothing else writes the file.</summary>
    public abstract string Path { get; }

    /// <summary>Length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>The SHA-256 digest, computed while staging.</summary>
    public abstract Sha256Digest Sha256 { get; }

    /// <summary>Lower-case hex digest of the file; reads the file again unless the digest was requested for staging.</summary>
    public abstract Task<string> GetDigestAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
