namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>The files of a repository on this machine. All are caches.</summary>
internal sealed class S3Layout(string root, S3Config config)
{
    /// <summary>The folder of the cached index.</summary>
    public string Index { get; } = Path.Combine(root, "index", config.Name.ToString());

    /// <summary>The catalog's database. Data of another storage is not used, and is found again when the configuration is set back.</summary>
    public string Catalog => Path.Combine(Index, config.Fingerprint, "catalog.db");

    /// <summary>The core metadata documents of wheels.</summary>
    public string Metadata => Path.Combine(Index, "metadata");

    /// <summary>Uploads in progress.</summary>
    public string Staging { get; } = Path.Combine(root, "cache", config.Name.ToString(), "staging");

    /// <summary>Files that were downloaded through this server.</summary>
    public string Downloads { get; } = Path.Combine(root, "cache", config.Name.ToString(), "downloads");

    /// <summary>The lock files.</summary>
    public string Locks { get; } = Path.Combine(root, "lock", config.Name.ToString());

    /// <summary>Creates the folders.</summary>
    public void Create()
    {
        foreach (var folder in (string[])[Path.Combine(Index, config.Fingerprint), Staging, Downloads, Locks])
        {
            Directory.CreateDirectory(folder);
        }
    }
}
