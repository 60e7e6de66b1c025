using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// The paths of a repository's files, as in the original program: <c>cache/NAME/storage/PROJECT/FILE</c> and, beside each file, <c>FILE.meta</c>
/// with the form that it was uploaded with.
/// </summary>
internal sealed class StorageLayout(string root, RepositoryName repository)
{
    /// <summary>The repository.</summary>
    public RepositoryName Repository => repository;

    /// <summary>The published files: one folder per project.</summary>
    public string Storage { get; } = Path.Combine(root, "cache", repository.ToString(), "storage");

    /// <summary>Uploads in progress. Within the storage, to be on the same volume; no project name begins with a dot.</summary>
    public string Staging => Path.Combine(Storage, ".staging");

    /// <summary>The index of the original program.</summary>
    public string IndexFile => Path.Combine(Storage, "index.toml");

    /// <summary>Caches, which can be created again from the storage.</summary>
    public string Index { get; } = Path.Combine(root, "index", repository.ToString());

    /// <summary>The cached index.</summary>
    public string Catalog => Path.Combine(Index, "catalog.db");

    /// <summary>The cache of the core metadata documents of wheels.</summary>
    public string Metadata => Path.Combine(Index, "metadata");

    /// <summary>The lock files.</summary>
    public string Locks { get; } = Path.Combine(root, "lock", repository.ToString());

    /// <summary>Creates the folders.</summary>
    public void Create()
    {
        foreach (var area in (string[])["index", "log", "lock", "job", "cache"])
        {
            Directory.CreateDirectory(Path.Combine(root, area, repository.ToString()));
        }

        Directory.CreateDirectory(Storage);
    }

    /// <summary>
    /// Throws where the storage is no longer the one that was opened, for example because its disk is not mounted: an empty folder must not be taken for
    /// an empty repository then, nor be written to.
    /// </summary>
    public void CheckIsThere()
    {
        if (FileEntry.At(Staging).Kind != FileEntryKind.Folder)
        {
            throw new DirectoryNotFoundException($"{Staging} is gone: is the storage mounted? Where it is, a restart makes that folder anew.");
        }
    }

    /// <summary>The folder of a project; its name, the location, may be unnormalised where the original program created it.</summary>
    public string Folder(string location) => Path.Combine(Storage, location);

    /// <summary>A published file.</summary>
    public string File(string location, string filename) => Path.Combine(Storage, location, filename);

    /// <summary>The upload form of a file.</summary>
    public string Meta(string location, string filename) => File(location, StoredNames.Meta(filename));

    /// <summary>The attestations of a file.</summary>
    public string Attestations(string location, string filename) => File(location, StoredNames.Attestations(filename));

    /// <summary>
    /// The record of a project. The original program ignores files without a .meta file.
    /// </summary>
    public string Record(ProjectName project) => File(project.ToString(), RecordFile.Filename);
}
