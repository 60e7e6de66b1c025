using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Small files in memory: 32 MB of them.</summary>
internal sealed class HotFiles : IHotFiles, IDisposable
{
    // Of a larger one, opening is the smaller part of the cost.
    private const int LargestFile = 64 * 1024;

    private const long MaxBytes = 32 * 1024 * 1024;

    // About what an entry takes besides its file.
    private const int EntryOverhead = 512;

    private readonly MemoryCache _files = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Find(Sha256Digest sha256) => _files.TryGetValue(sha256, out byte[]? kept) ? kept : default(ReadOnlyMemory<byte>?);

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, Sha256Digest sha256, CancellationToken cancellationToken) =>
        Find(sha256) is { } kept ? new(kept) : new(KeepAsync(path, sha256, cancellationToken));

    public void Dispose() => _files.Dispose();

    private async Task<ReadOnlyMemory<byte>?> KeepAsync(string path, Sha256Digest sha256, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).Length > LargestFile)
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);

        return Sha256Digest.FromBytes(SHA256.HashData(bytes)).Equals(sha256)
            ? _files.Set(sha256, bytes, new MemoryCacheEntryOptions { Size = bytes.Length + EntryOverhead })
            : default(ReadOnlyMemory<byte>?);
    }
}
