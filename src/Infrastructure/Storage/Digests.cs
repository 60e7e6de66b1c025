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

    private readonly Blake2b256? _blake2 = wanted.Contains(DigestAlgorithm.Blake2b256) ? new Blake2b256() : null;

    public void Append(ReadOnlySpan<byte> content)
    {
        _sha256.AppendData(content);
        _md5?.AppendData(content);
        _blake2?.Append(content);
    }

    /// <summary>The raw digests; asked for once, at the end.</summary>
    public Dictionary<DigestAlgorithm, byte[]> Finish()
    {
        var finished = new Dictionary<DigestAlgorithm, byte[]> { [DigestAlgorithm.Sha256] = _sha256.GetHashAndReset() };
        if (_md5 is not null)
        {
            finished[DigestAlgorithm.Md5] = _md5.GetHashAndReset();
        }

        if (_blake2 is not null)
        {
            finished[DigestAlgorithm.Blake2b256] = _blake2.Finish();
        }

        return finished;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sha256.Dispose();
        _md5?.Dispose();
    }

    /// <summary>Of a file that lies on the disk.</summary>
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
