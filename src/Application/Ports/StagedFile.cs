using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>An upload that is whole and on the disk, but not published. Disposing it removes what is left of it.</summary>
public abstract class StagedFile : IAsyncDisposable
{
    /// <summary>Absolute path; nobody else writes it.</summary>
    public abstract string Path { get; }

    /// <summary>Bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Always known.</summary>
    public abstract Sha256Digest Sha256 { get; }

    /// <summary>Lower-case hex digest of the bytes; reads the file again where it was not asked for when the file was staged.</summary>
    public abstract Task<string> GetDigestAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
