namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>Where a repository on GitHub has its local files, all of which can be made anew but for uploads that the remote index lacks yet.</summary>
internal sealed class GitHubLayout(string root, GitHubConfig config)
{
    /// <summary>The cached index and what belongs to it.</summary>
    public string Index { get; } = Path.Combine(root, "index", config.Name.ToString());

    /// <summary>The catalog's database.</summary>
    public string Catalog => Path.Combine(Here, "catalog.db");

    /// <summary>The index file as it was on GitHub the last time that it could be read.</summary>
    public string IndexCopy => Path.Combine(Here, "index.toml");

    /// <summary>Fingerprints of tokens that GitHub has known.</summary>
    public string KnownTokens => Path.Combine(Here, "known_tokens");

    /// <summary>The core metadata documents of wheels.</summary>
    public string Metadata => Path.Combine(Index, "metadata");

    /// <summary>Uploads under way.</summary>
    public string Staging { get; } = Path.Combine(root, "cache", config.Name.ToString(), "staging");

    /// <summary>Files that were downloaded through this server.</summary>
    public string Assets { get; } = Path.Combine(root, "cache", config.Name.ToString(), "assets");

    // What is known of another place is not offered as what is here, and is there again when the configuration is set back.
    private string Here => Path.Combine(Index, config.Place);

    /// <summary>Makes the folders.</summary>
    public void Create()
    {
        foreach (var folder in (string[])[Here, Staging, Assets])
        {
            Directory.CreateDirectory(folder);
        }
    }
}
