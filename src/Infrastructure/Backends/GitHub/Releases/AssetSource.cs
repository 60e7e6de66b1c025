using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>A file on its way to GitHub: an asset that must become the same there.</summary>
/// <param name="Name">The name of the asset; for a distribution file that of its release and tag.</param>
/// <param name="Path">Where it is staged.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its bytes.</param>
internal sealed record AssetSource(string Name, string Path, long Size, Sha256Digest Sha256)
{
    public static AssetSource Of(string name, StagedFile staged) => new(name, staged.Path, staged.Length, staged.Sha256);

    /// <summary>Whether GitHub has received the file as it is. Where it tells no digest the size has to do.</summary>
    public bool IsReceivedAs(GitHubAsset asset) =>
        asset.IsWhole && asset.Name == Name && asset.Size == Size && HasDigestOf(asset) != false;

    /// <summary>Whether the digest that GitHub tells of an asset is that of the file; null where it tells none.</summary>
    public bool? HasDigestOf(GitHubAsset asset) =>
        asset.Digest is { } digest && digest.StartsWith("sha256:", StringComparison.Ordinal)
            ? Sha256Digest.TryParse(digest["sha256:".Length..], out var sha256) && sha256.Equals(Sha256)
            : null;
}
