using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>A local file that is to become an asset.</summary>
/// <param name="Name">The name of the asset; for a distribution file that of its release and tag.</param>
/// <param name="Path">The staged file.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its bytes.</param>
internal sealed record AssetSource(string Name, string Path, long Size, Sha256Digest Sha256)
{
    public static AssetSource Of(string name, StagedFile staged) => new(name, staged.Path, staged.Length, staged.Sha256);

    /// <summary>Whether an asset has the bytes of the file. Without a digest from GitHub the size decides.</summary>
    public bool IsReceivedAs(GitHubAsset asset) =>
        asset.IsWhole && asset.Name == Name && asset.Size == Size && HasDigestOf(asset) != false;

    /// <summary>Whether an asset has the digest of the file; null where GitHub does not say.</summary>
    public bool? HasDigestOf(GitHubAsset asset) =>
        asset.Digest is { } digest && digest.StartsWith("sha256:", StringComparison.Ordinal)
            ? Sha256Digest.TryParse(digest["sha256:".Length..], out var sha256) && sha256.Equals(Sha256)
            : null;
}
