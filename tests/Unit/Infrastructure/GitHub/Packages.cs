using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Unit.Infrastructure.GitHub;

/// <summary>Packages and releases for tests of the index.</summary>
internal static class Packages
{
    public static Uri Assets { get; } = new("https://api.github.com/repos/o/r/releases/assets/");

    public static Sha256Digest DigestOf(string content) => Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    public static string UrlOf(long asset) => $"https://api.github.com/repos/o/r/releases/assets/{asset}";

    /// <summary>The wheel of a project whose asset has that number.</summary>
    public static IndexedPackage Of(string project, long asset, params KeyValuePair<string, string>[] meta) => new(
        "github", project, $"{project}-1.0-py3-none-any", "whl", DigestOf(project), UrlOf(asset), null,
        [.. meta, new("distrib", project), new("sha256", DigestOf(project).ToString())]);

    /// <summary>The release that <see cref="Of"/> is the package of.</summary>
    public static GitHubRelease ReleaseOf(IndexedPackage package)
    {
        var name = $"{package.Package}.{package.Ext}";
        var url = new Uri(package.Url ?? "");

        return new GitHubRelease(
            1, name, Encoding.UTF8.GetString(MetaFile.Write(package.Meta)), Draft: false, DateTimeOffset.UnixEpoch, url,
            [new GitHubAsset(2, url, name, "uploaded", 3, url)]);
    }
}
