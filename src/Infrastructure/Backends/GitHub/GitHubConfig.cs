using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>The configuration of a repository of type github (config.toml).</summary>
/// <param name="Name">The repository of packages.</param>
/// <param name="Owner">The account that owns the repository on GitHub.</param>
/// <param name="Repo">Its name on GitHub.</param>
/// <param name="Branch">The branch of the index file.</param>
/// <param name="IndexFilename">The path of the index file on that branch.</param>
/// <param name="ApiUrl">The URL of GitHub's API, ending in a slash.</param>
internal sealed record GitHubConfig(RepositoryName Name, string Owner, string Repo, string Branch, string IndexFilename, Uri ApiUrl)
{
    /// <summary>The value of <c>type</c> in config.toml and index.toml.</summary>
    public const string Type = "github";

    /// <summary>The default of <see cref="Branch"/>.</summary>
    public const string DefaultBranch = "master";

    /// <summary>The default of <see cref="IndexFilename"/>.</summary>
    public const string DefaultIndexFilename = "index.toml";

    /// <summary>The default of <see cref="ApiUrl"/>.</summary>
    public const string DefaultApiUrl = "https://api.github.com";

    /// <summary>The default of <see cref="MaxCacheBytes"/>: 10 GiB.</summary>
    public const long DefaultMaxCacheBytes = 10L * 1024 * 1024 * 1024;

    /// <summary>Whether downloads go through this server; else clients are redirected to GitHub's storage.</summary>
    public bool Proxies { get; init; }

    /// <summary>How many bytes of downloaded files are cached.</summary>
    public long MaxCacheBytes { get; init; } = DefaultMaxCacheBytes;

    /// <summary>Whether this server writes the index file; else a workflow of the repository does.</summary>
    public bool WritesIndex { get; init; }

    /// <summary>The URL of the repository's assets, ending in a slash.</summary>
    public Uri Assets => new(ApiUrl, $"repos/{Owner}/{Repo}/releases/assets/");

    /// <summary>
    /// Identifies the remote index, so that local data of another one is not used after a change of the configuration: 16 hexadecimal digits. GitHub's
    /// names of accounts and repositories are case-insensitive.
    /// </summary>
    public string Place => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', ApiUrl.AbsoluteUri, Owner.ToUpperInvariant(), Repo.ToUpperInvariant(), Branch, IndexFilename))))[..16];
}
