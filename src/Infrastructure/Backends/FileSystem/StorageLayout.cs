using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Where a repository keeps what, as the original program laid it out: <c>cache/NAME/storage/PROJECT/FILE</c> and, beside each file,
/// <c>FILE.meta</c> with the form it was uploaded with.
/// </summary>
internal sealed class StorageLayout(string root, RepositoryName repository)
{
    /// <summary>File systems take names of 255 bytes, and every file has one beside it whose name is longer.</summary>
    public const int LongestFilename = 250;

    private const string MetaSuffix = ".meta";

    /// <summary>The published files: one folder per project.</summary>
    public string Storage { get; } = Path.Combine(root, "cache", repository.ToString(), "storage");

    /// <summary>Uploads under way. Inside the storage, so that it is on the same volume even where only that is mounted; no project begins with a dot.</summary>
    public string Staging => Path.Combine(Storage, ".staging");

    /// <summary>The index as the original program reads it.</summary>
    public string IndexFile => Path.Combine(Storage, "index.toml");

    /// <summary>The cached index.</summary>
    public string Catalog { get; } = Path.Combine(root, "index", repository.ToString(), "catalog.db");

    /// <summary>The lock files.</summary>
    public string Locks { get; } = Path.Combine(root, "lock", repository.ToString());

    /// <summary>Makes every folder of the layout.</summary>
    public void Create()
    {
        foreach (var area in (string[])["index", "log", "lock", "job", "cache"])
        {
            Directory.CreateDirectory(Path.Combine(root, area, repository.ToString()));
        }

        Directory.CreateDirectory(Storage);
    }

    /// <summary>A project's folder; a project of the original program may have one that is not normalised, which is its location.</summary>
    public string Folder(string location) => Path.Combine(Storage, location);

    /// <summary>A published file.</summary>
    public string File(string location, string filename) => Path.Combine(Storage, location, filename);

    /// <summary>What is kept of the upload of a file.</summary>
    public string Meta(string location, string filename) => File(location, filename) + MetaSuffix;

    /// <summary>Whether a name in a project's folder is what is kept of an upload, not a file.</summary>
    public static bool IsMeta(string name) => name.EndsWith(MetaSuffix, StringComparison.Ordinal);
}
