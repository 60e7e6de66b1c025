namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>The local files of a repository on GitHub. All can be rebuilt, except for uploads that the remote index does not have yet.</summary>
internal sealed class GitHubLayout(string root, GitHubConfig config)
{
    /// <summary>The folder of the cached index.</summary>
    public string Index { get; } = Path.Combine(root, "index", config.Name.ToString());

    /// <summary>The catalog's database.</summary>
    public string Catalog => Path.Combine(Here, "catalog.db");

    /// <summary>The last readable version of the index file on GitHub.</summary>
    public string IndexCopy => Path.Combine(Here, "index.toml");

    /// <summary>Fingerprints of tokens that GitHub has accepted.</summary>
    public string KnownTokens => Path.Combine(Here, "known_tokens");

    /// <summary>The core metadata documents of wheels.</summary>
    public string Metadata => Path.Combine(Index, "metadata");

    /// <summary>Uploads in progress.</summary>
    public string Staging { get; } = Path.Combine(root, "cache", config.Name.ToString(), "staging");

    /// <summary>Files that were downloaded through this server.</summary>
    public string Assets { get; } = Path.Combine(root, "cache", config.Name.ToString(), "assets");

    // Data of another remote index is not used, and is found again when the configuration is set back.
    private string Here => Path.Combine(Index, config.Place);

    /// <summary>Creates the folders.</summary>
    public void Create()
    {
        foreach (var folder in (string[])[Here, Staging, Assets])
        {
            Directory.CreateDirectory(folder);
        }
    }
}
