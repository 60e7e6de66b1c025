using System.Security.Cryptography;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Caching;

/// <summary>Verifies files by digests other than SHA-256, for indexes that announce no better one.</summary>
internal static class HashVerification
{
    private const int BufferBytes = 128 * 1024;

    // The strongest first. Others (sha224, blake2s) can't be computed here.
    private static readonly (string Name, HashAlgorithmName? Algorithm)[] Algorithms =
    [
        ("sha512", HashAlgorithmName.SHA512),
        ("sha384", HashAlgorithmName.SHA384),
        ("blake2b", null),
        ("sha3_512", HashAlgorithmName.SHA3_512),
        ("sha3_384", HashAlgorithmName.SHA3_384),
        ("sha3_256", HashAlgorithmName.SHA3_256),
        ("sha1", HashAlgorithmName.SHA1),
        ("md5", HashAlgorithmName.MD5),
    ];

    /// <summary>The strongest digest that can be verified; null if there is none.</summary>
    public static FileHash? Best(IReadOnlyList<FileHash> hashes) => Algorithms
        .Where(known => SHA3_256.IsSupported || !known.Name.StartsWith("sha3", StringComparison.Ordinal))
        .Select(known => hashes.FirstOrDefault(hash => hash.Algorithm == known.Name))
        .FirstOrDefault(hash => hash is not null);

    /// <summary>Whether a file has the digest, which is one of <see cref="Best"/>.</summary>
    public static async Task<bool> MatchesAsync(string path, FileHash hash)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        var algorithm = Algorithms.First(known => known.Name == hash.Algorithm).Algorithm;
        using var incremental = algorithm is { } name ? IncrementalHash.CreateHash(name) : null;
        var blake2b = incremental is null ? new Blake2b(digestSize: 64) : null;
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await file.ReadAsync(buffer)) > 0)
        {
            incremental?.AppendData(buffer.AsSpan(0, read));
            blake2b?.Append(buffer.AsSpan(0, read));
        }

        return Convert.ToHexStringLower(incremental?.GetHashAndReset() ?? blake2b?.Finish() ?? []) == hash.Hex;
    }
}
