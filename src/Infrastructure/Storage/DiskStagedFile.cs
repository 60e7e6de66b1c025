using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>An upload in the staging folder. Its handle stays open, since the lock that protects it goes with it.</summary>
internal sealed class DiskStagedFile(FileStream content) : StagedFile
{
    private Dictionary<DigestAlgorithm, byte[]> _digests = [];
    private long _length;
    private bool _published;

    /// <inheritdoc/>
    public override string Path { get; } = content.Name;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override Sha256Digest Sha256 => Sha256Digest.FromBytes(_digests[DigestAlgorithm.Sha256]);

    /// <summary>For writing it.</summary>
    internal FileStream Content => content;

    /// <summary>Sets length and digests once it is written.</summary>
    internal void Finish(long length, Dictionary<DigestAlgorithm, byte[]> digests)
    {
        _length = length;
        _digests = digests;
    }

    /// <summary>Keeps the file, which was renamed.</summary>
    internal void Published() => _published = true;

    /// <inheritdoc/>
    public override async Task<string> GetDigestAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        if (!_digests.TryGetValue(algorithm, out var digest))
        {
            digest = await Digests.OfFileAsync(Path, algorithm, cancellationToken);
            _digests[algorithm] = digest;
        }

        return Convert.ToHexStringLower(digest);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (!_published)
        {
            File.Delete(Path);
        }

        await content.DisposeAsync();
    }
}
