using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>Where a repository on GitHub has its local files, all of which can be made anew but for uploads that the remote index lacks yet.</summary>
internal sealed class GitHubLayout(string root, RepositoryName repository)
{
    /// <summary>The cached index and what belongs to it.</summary>
    public string Index { get; } = Path.Combine(root, "index", repository.ToString());

    /// <summary>The catalog's database.</summary>
    public string Catalog => Path.Combine(Index, "catalog.db");

    /// <summary>The index file as it was on GitHub the last time that it could be read.</summary>
    public string IndexCopy => Path.Combine(Index, "index.toml");

    /// <summary>The core metadata documents of wheels.</summary>
    public string Metadata => Path.Combine(Index, "metadata");

    /// <summary>Uploads under way.</summary>
    public string Staging { get; } = Path.Combine(root, "cache", repository.ToString(), "staging");

    /// <summary>Files that were downloaded through this server.</summary>
    public string Assets { get; } = Path.Combine(root, "cache", repository.ToString(), "assets");

    /// <summary>Makes the folders.</summary>
    public void Create()
    {
        foreach (var folder in (string[])[Index, Staging, Assets])
        {
            Directory.CreateDirectory(folder);
        }
    }
}
