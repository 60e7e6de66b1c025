using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>
/// The bytes of small files that clients ask for, metadata documents above all, in memory, so that not each answer opens a file. They are kept by their
/// digest, and are what it says. Bounded in bytes. Safe for concurrent use.
/// </summary>
public interface IHotFiles
{
    /// <summary>The bytes of this digest; null if they are not in memory.</summary>
    ReadOnlyMemory<byte>? Find(Sha256Digest sha256);

    /// <summary>The bytes of a file, from memory or, to be kept, from the disk. Throws as reading a file does.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="sha256">The digest of its bytes.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Null if there are too many, or others than they should be.</returns>
    ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, Sha256Digest sha256, CancellationToken cancellationToken);
}
