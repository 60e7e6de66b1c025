using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;

namespace PyWharf.Application.Importing;

/// <summary>Compares a copied file with the digests that its source names.</summary>
internal static class SourceDigests
{
    /// <summary>The digests that are computed while a file is staged.</summary>
    public static IReadOnlySet<DigestAlgorithm> ToStage(IReadOnlyList<FileHash> hashes) =>
        hashes.Select(hash => StagedAs(hash.Algorithm)).OfType<DigestAlgorithm>().ToHashSet();

    /// <summary>The first digest that is not that of the file; null if all are. Digests that can't be computed here are passed over.</summary>
    public static async Task<FileHash?> FindMismatchAsync(StagedFile file, IReadOnlyList<FileHash> hashes, CancellationToken cancellationToken)
    {
        foreach (var hash in hashes)
        {
            if (await ComputeAsync(file, hash.Algorithm, cancellationToken) is { } hex && hex != hash.Hex)
            {
                return hash;
            }
        }

        return null;
    }

    private static DigestAlgorithm? StagedAs(string algorithm) => algorithm switch
    {
        "sha256" => DigestAlgorithm.Sha256,
        "md5" => DigestAlgorithm.Md5,
        "blake2b" => DigestAlgorithm.Blake2b512,
        _ => null,
    };

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Old indexes name it; SHA-256 is kept.")]
    private static async Task<string?> ComputeAsync(StagedFile file, string algorithm, CancellationToken cancellationToken)
    {
        if (StagedAs(algorithm) is { } staged)
        {
            return await file.GetDigestAsync(staged, cancellationToken);
        }

        await using var content = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        return algorithm switch
        {
            "sha1" => Convert.ToHexStringLower(await SHA1.HashDataAsync(content, cancellationToken)),
            "sha384" => Convert.ToHexStringLower(await SHA384.HashDataAsync(content, cancellationToken)),
            "sha512" => Convert.ToHexStringLower(await SHA512.HashDataAsync(content, cancellationToken)),
            _ => null,
        };
    }
}
