using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>
/// The bytes of small files that clients ask for, metadata documents above all, so that not each answer opens a file. They are kept by their digest, which
/// is checked first: whether a file is there, and as long as it was, is looked up by its storage for each request. Bounded in bytes. Safe for concurrent use.
/// </summary>
internal sealed class HotFiles : IDisposable
{
    // Of a larger one, opening is the smaller part of the cost.
    private const int LargestFile = 64 * 1024;

    private const long MaxBytes = 32 * 1024 * 1024;

    // About what an entry takes besides its file.
    private const int EntryOverhead = 512;

    private readonly MemoryCache _files = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <summary>The bytes of a file; null if they are too many, or others than they should be. Throws as reading a file does.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="sha256">The digest of its bytes.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public ValueTask<byte[]?> ReadAsync(string path, Sha256Digest sha256, CancellationToken cancellationToken) =>
        _files.TryGetValue(sha256, out byte[]? kept) ? new(kept) : new(KeepAsync(path, sha256, cancellationToken));

    public void Dispose() => _files.Dispose();

    private async Task<byte[]?> KeepAsync(string path, Sha256Digest sha256, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).Length > LargestFile)
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        if (!Sha256Digest.FromBytes(SHA256.HashData(bytes)).Equals(sha256))
        {
            return null;
        }

        return _files.Set(sha256, bytes, new MemoryCacheEntryOptions { Size = bytes.Length + EntryOverhead });
    }
}
