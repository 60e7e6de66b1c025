using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>Which releases are packages, and what the index file says of them: as the original program has it.</summary>
internal static class PublishedPackage
{
    // What pip unpacks, which is what the original goes by: https://pip.pypa.io (FileExtensions). Case matters.
    private static readonly string[] Extensions =
        ["whl", "tar.gz", "zip", "tgz", "tar", "tar.bz2", "tbz", "tar.xz", "txz", "tlz", "tar.lz", "tar.lzma"];

    /// <summary>
    /// The package that a release is; null where it is none: a draft, something else that somebody released, or one whose file is missing.
    /// </summary>
    public static IndexedPackage? Of(GitHubRelease release) =>
        !release.Draft
        && ExtensionOf(release.TagName) is { } extension
        && release.Assets.FirstOrDefault(asset => asset.Name == release.TagName && asset.IsWhole) is { } asset
        && MetaFile.TryRead(Encoding.UTF8.GetBytes(release.Body ?? ""), release.TagName, out var meta, out _)
        && meta.TryGetValue("distrib", out var project)
        && Sha256Digest.TryParse(meta.GetValueOrDefault("sha256"), out var sha256)
            ? new IndexedPackage(GitHubConfig.Type, project, release.TagName[..^(extension.Length + 1)], extension, sha256, asset.Url.AbsoluteUri, null, [.. meta])
            : null;

    private static string? ExtensionOf(string tag) =>
        Extensions.FirstOrDefault(extension => tag.Length > extension.Length + 1 && tag.EndsWith($".{extension}", StringComparison.Ordinal));
}
