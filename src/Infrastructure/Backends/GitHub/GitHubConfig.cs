using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>What config.toml says of a repository of type github.</summary>
/// <param name="Name">The repository of packages.</param>
/// <param name="Owner">The account that owns the repository on GitHub.</param>
/// <param name="Repo">Its name there.</param>
/// <param name="Branch">Where the index file is.</param>
/// <param name="IndexFilename">The path of the index file on that branch.</param>
/// <param name="ApiUrl">Where GitHub's API is, ending in a slash.</param>
internal sealed record GitHubConfig(RepositoryName Name, string Owner, string Repo, string Branch, string IndexFilename, Uri ApiUrl)
{
    /// <summary>What <c>type</c> is, in config.toml and index.toml.</summary>
    public const string Type = "github";

    /// <summary>The branch, where config.toml names none.</summary>
    public const string DefaultBranch = "master";

    /// <summary>The index file, where config.toml names none.</summary>
    public const string DefaultIndexFilename = "index.toml";

    /// <summary>The API, where config.toml names none.</summary>
    public const string DefaultApiUrl = "https://api.github.com";

    /// <summary>What is kept of files, where config.toml does not say: 10 GiB.</summary>
    public const long DefaultMaxCacheBytes = 10L * 1024 * 1024 * 1024;

    /// <summary>Whether downloads go through this server; else clients are redirected to GitHub's storage.</summary>
    public bool Proxies { get; init; }

    /// <summary>How many bytes of files that went through this server are kept.</summary>
    public long MaxCacheBytes { get; init; } = DefaultMaxCacheBytes;

    /// <summary>Whether this server writes the index file; else a workflow of the repository does.</summary>
    public bool WritesIndex { get; init; }

    /// <summary>Where the API has the assets of the repository, ending in a slash.</summary>
    public Uri Assets => new(ApiUrl, $"repos/{Owner}/{Repo}/releases/assets/");

    /// <summary>
    /// Tells what was kept of this place from what was kept of another one, when the configuration is changed: 16 hexadecimal digits. GitHub
    /// does not tell names of accounts and repositories apart by their case.
    /// </summary>
    public string Place => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', ApiUrl.AbsoluteUri, Owner.ToUpperInvariant(), Repo.ToUpperInvariant(), Branch, IndexFilename))))[..16];
}
