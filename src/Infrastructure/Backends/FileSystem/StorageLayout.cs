using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Where a repository keeps what, as the original program laid it out: <c>cache/NAME/storage/PROJECT/FILE</c> and, beside each file,
/// <c>FILE.meta</c> with the form it was uploaded with.
/// </summary>
internal sealed class StorageLayout(string root, RepositoryName repository)
{
    /// <summary>File systems take names of 255 bytes, and every file has one beside it whose name is longer.</summary>
    public const int LongestFilename = 240;

    private const string MetaSuffix = ".meta";
    private const string AttestationsSuffix = ".attestations";
    private const string RecordName = ".project.toml";

    /// <summary>The published files: one folder per project.</summary>
    public string Storage { get; } = Path.Combine(root, "cache", repository.ToString(), "storage");

    /// <summary>Uploads under way. Inside the storage, so that it is on the same volume even where only that is mounted; no project begins with a dot.</summary>
    public string Staging => Path.Combine(Storage, ".staging");

    /// <summary>The index as the original program reads it.</summary>
    public string IndexFile => Path.Combine(Storage, "index.toml");

    /// <summary>What can be made anew from the storage.</summary>
    public string Index { get; } = Path.Combine(root, "index", repository.ToString());

    /// <summary>The cached index.</summary>
    public string Catalog => Path.Combine(Index, "catalog.db");

    /// <summary>The core metadata documents of wheels, out of which they can be read again.</summary>
    public string Metadata => Path.Combine(Index, "metadata");

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

    /// <summary>
    /// Throws where the storage is not the one that was opened, as where its disk is not mounted any more: what is empty then says nothing of what was
    /// published and decided, and nothing is to be put there.
    /// </summary>
    public void CheckIsThere()
    {
        if (FileEntry.At(Staging).Kind != FileEntryKind.Folder)
        {
            throw new DirectoryNotFoundException($"{Staging} is gone: is the storage mounted? Where it is, a restart makes that folder anew.");
        }
    }

    /// <summary>A project's folder; a project of the original program may have one that is not normalised, which is its location.</summary>
    public string Folder(string location) => Path.Combine(Storage, location);

    /// <summary>A published file.</summary>
    public string File(string location, string filename) => Path.Combine(Storage, location, filename);

    /// <summary>What is kept of the upload of a file.</summary>
    public string Meta(string location, string filename) => File(location, filename) + MetaSuffix;

    /// <summary>The attestations that were uploaded with a file.</summary>
    public string Attestations(string location, string filename) => File(location, filename) + AttestationsSuffix;

    /// <summary>
    /// What was decided about a project. The original program looks at nothing in the folder that has no .meta beside it.
    /// </summary>
    public string Record(ProjectName project) => File(project.ToString(), RecordName);

    /// <summary>Whether a name in a project's folder is what is kept beside a file, and no file.</summary>
    public static bool IsBesideFile(string name) =>
        name.EndsWith(MetaSuffix, StringComparison.Ordinal) || name.EndsWith(AttestationsSuffix, StringComparison.Ordinal);
}
