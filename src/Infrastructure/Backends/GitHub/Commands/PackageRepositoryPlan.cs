using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>The repository that <c>github.init_pkg_repo</c> is to set up. Its texts need no quoting in a shell.</summary>
internal sealed record PackageRepositoryPlan
{
    /// <summary>The default of <see cref="SyncIndexInterval"/>.</summary>
    public const int DefaultInterval = 60;

    /// <summary>Its name in config.toml.</summary>
    public required RepositoryName Name { get; init; }

    /// <summary>The account that owns it; null for the account of the token.</summary>
    public string? Owner { get; init; }

    /// <summary>Its name on GitHub.</summary>
    public required string Repo { get; init; }

    /// <summary>Whether it is private.</summary>
    public bool IsPrivate { get; init; } = true;

    /// <summary>The branch of the index file; null for the default branch.</summary>
    public string? Branch { get; init; }

    /// <summary>The path of the index file.</summary>
    public string IndexFilename { get; init; } = GitHubConfig.DefaultIndexFilename;

    /// <summary>The seconds between two syncs of a server.</summary>
    public int SyncIndexInterval { get; init; } = DefaultInterval;

    /// <summary>The container image that the workflow runs, with its tag.</summary>
    public required string Image { get; init; }

    /// <summary>Whether there is a static index on GitHub Pages too.</summary>
    public bool HasPages { get; init; }

    /// <summary>The URL of GitHub's API, ending in a slash.</summary>
    public Uri ApiUrl { get; init; } = new(GitHubConfig.DefaultApiUrl + "/");

    /// <summary>The table that admin_secret.toml needs.</summary>
    public string AdminSecret() =>
        TomlWriter.Write(new TomlTable { { Name.ToString(), new TomlTable { { "type", GitHubConfig.Type }, { "env", "PYWHARF_GITHUB_TOKEN" } } } });

    /// <summary>The table that config.toml needs, without keys that have their default.</summary>
    /// <param name="owner">The account that owns it.</param>
    /// <param name="branch">The branch of the index file.</param>
    public string Configuration(string owner, string branch)
    {
        var table = new TomlTable { { "type", GitHubConfig.Type }, { "owner", owner }, { "repo", Repo } };
        var apiUrl = ApiUrl.AbsoluteUri.TrimEnd('/');
        AddUnlessDefault("branch", branch, GitHubConfig.DefaultBranch);
        AddUnlessDefault("index_filename", IndexFilename, GitHubConfig.DefaultIndexFilename);
        AddUnlessDefault("api_url", apiUrl, GitHubConfig.DefaultApiUrl);
        if (SyncIndexInterval != DefaultInterval)
        {
            table.Add("sync_index_interval", SyncIndexInterval);
        }

        return TomlWriter.Write(new TomlTable { { Name.ToString(), table } });

        void AddUnlessDefault(string key, string value, string defaultValue)
        {
            if (value != defaultValue)
            {
                table.Add(key, value);
            }
        }
    }
}
