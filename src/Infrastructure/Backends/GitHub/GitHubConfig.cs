using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>What config.toml says of a repository of type github.</summary>
/// <param name="Name">The repository of packages.</param>
/// <param name="Owner">The account that owns the repository on GitHub.</param>
/// <param name="Repo">Its name there.</param>
/// <param name="Branch">Where the index file is.</param>
/// <param name="IndexFilename">The path of the index file on that branch.</param>
/// <param name="ApiUrl">Where GitHub's API is, ending in a slash.</param>
/// <param name="Proxies">Whether downloads go through this server; else clients are redirected to GitHub's storage.</param>
/// <param name="WritesIndex">Whether this server writes the index file; else a workflow of the repository does.</param>
internal sealed record GitHubConfig(
    RepositoryName Name, string Owner, string Repo, string Branch, string IndexFilename, Uri ApiUrl, bool Proxies, bool WritesIndex)
{
    /// <summary>What <c>type</c> is, in config.toml and index.toml.</summary>
    public const string Type = "github";

    /// <summary>The branch, where config.toml names none.</summary>
    public const string DefaultBranch = "master";

    /// <summary>The index file, where config.toml names none.</summary>
    public const string DefaultIndexFilename = "index.toml";

    /// <summary>The API, where config.toml names none.</summary>
    public const string DefaultApiUrl = "https://api.github.com";
}
