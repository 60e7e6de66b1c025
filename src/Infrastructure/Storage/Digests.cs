using System.Security.Cryptography;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Several digests of one stream, computed in one pass; SHA-256 always among them.</summary>
internal sealed class Digests(IReadOnlySet<DigestAlgorithm> wanted) : IDisposable
{
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _md5 =
        wanted.Contains(DigestAlgorithm.Md5) ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;

    private readonly Dictionary<DigestAlgorithm, Blake2b> _blake2 = wanted.Where(IsBlake2).ToDictionary(algorithm => algorithm, Blake2);

    public void Append(ReadOnlySpan<byte> content)
    {
        _sha256.AppendData(content);
        _md5?.AppendData(content);
        foreach (var blake2 in _blake2.Values)
        {
            blake2.Append(content);
        }
    }

    /// <summary>The digests. Called once, at the end.</summary>
    public Dictionary<DigestAlgorithm, byte[]> Finish()
    {
        var finished = new Dictionary<DigestAlgorithm, byte[]> { [DigestAlgorithm.Sha256] = _sha256.GetHashAndReset() };
        if (_md5 is not null)
        {
            finished[DigestAlgorithm.Md5] = _md5.GetHashAndReset();
        }

        foreach (var (algorithm, blake2) in _blake2)
        {
            finished[algorithm] = blake2.Finish();
        }

        return finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sha256.Dispose();
        _md5?.Dispose();
    }

    private static bool IsBlake2(DigestAlgorithm algorithm) => algorithm is DigestAlgorithm.Blake2b256 or DigestAlgorithm.Blake2b512;

    private static Blake2b Blake2(DigestAlgorithm algorithm) => new(digestSize: algorithm == DigestAlgorithm.Blake2b256 ? 32 : 64);

    /// <summary>The digest of a file.</summary>
    public static async Task<byte[]> OfFileAsync(string path, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        using var digests = new Digests(new HashSet<DigestAlgorithm> { algorithm });
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

        var buffer = new byte[128 * 1024];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            digests.Append(buffer.AsSpan(0, read));
        }

        return digests.Finish()[algorithm];
    }
}
