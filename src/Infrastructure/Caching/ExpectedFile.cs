using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Caching;

/// <summary>A file to be downloaded, as far as it is known beforehand.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Size">In bytes; null if unknown.</param>
/// <param name="Sha256">The digest of its bytes; null if unknown.</param>
internal sealed record ExpectedFile(string Name, long? Size, Sha256Digest? Sha256)
{
    /// <summary>Another digest that its bytes must have; null for none. Verified where <see cref="Sha256"/> is unknown.</summary>
    public FileHash? OtherHash { get; init; }

    /// <summary>What its first digest is remembered by (<see cref="FirstDigests"/>); null where <see cref="Sha256"/> is known.</summary>
    public Sha256Digest? Identity { get; init; }

    /// <summary>How large it may be.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>Whether there is a digest to verify it by, so that it may be put together from parts.</summary>
    public bool HasDigest => Sha256 is not null || OtherHash is not null;

    /// <summary>A published file.</summary>
    public static ExpectedFile Of(PackageFile file) => new(file.Filename.ToString(), file.Size, file.Sha256);
}
