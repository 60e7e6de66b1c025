using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure.State;

/// <summary>The server's root folder.</summary>
/// <param name="path">Absolute.</param>
public sealed class ServerRoot(string path)
{
    /// <summary>The name of the file in a backup that is being written, or was broken off.</summary>
    public const string UnfinishedBackup = "backup.incomplete";

    private static readonly string[] Parts = ["index", "log", "lock", "job", "cache"];

    // Down to cache/NAME/storage.
    private static readonly EnumerationOptions ThreeLevels = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2 };

    private HashSet<string> _before = [];

    /// <summary>Absolute.</summary>
    public string Path => path;

    // The path of the configuration of the last server that started on this folder, as a line of text.
    private string Note => At("job", ".configuration_path");

    /// <summary>The path of something in it.</summary>
    public string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([path, .. parts]);

    /// <summary>Creates the folder and its parts. Throws where the disk refuses, and leaves nothing behind then.</summary>
    public void Create()
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} is a file; the server's root is a folder.");
        }

        if (File.Exists(At(UnfinishedBackup)))
        {
            throw new IOException($"{path} has the file {UnfinishedBackup}: it is a backup that was broken off. Let pywharf backup finish it, and restore it then.");
        }

        _before = [.. Folders()];
        try
        {
            foreach (var part in Parts)
            {
                Directory.CreateDirectory(At(part));
            }
        }
        catch
        {
            RemoveNew();
            throw;
        }
    }

    /// <summary>Removes empty folders that were created since <see cref="Create"/>, for a start that failed.</summary>
    public void RemoveNew()
    {
        foreach (var folder in Folders().Where(folder => !_before.Contains(folder)).OrderByDescending(folder => folder.Length).ToList())
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not empty.
            }
        }
    }

    /// <summary>Whether there are files of a repository, configured or not.</summary>
    public bool HasPackages(RepositoryName repository)
    {
        var folder = At("cache", repository.ToString());

        // What is kept of an upstream index are no packages of the repository.
        return Directory.Exists(folder)
            && Directory.EnumerateFileSystemEntries(folder).Where(entry => System.IO.Path.GetFileName(entry) != UpstreamLayout.FolderName)
                .Any(entry => File.Exists(entry) || Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories).Any());
    }

    /// <summary>
    /// The absolute path of the configuration of the last server that started on this folder; empty where it was given as text, null where it is the one
    /// stored in the folder.
    /// </summary>
    public string? ReadConfigurationPath() => File.Exists(Note) ? File.ReadAllText(Note).Trim() : null;

    /// <summary>Notes for commands on this folder which configuration the server uses; null for none.</summary>
    public void NoteInUse(ConfigurationDocuments? documents) => NoteConfigurationPath(
        documents is not { StoredAs: null } given ? null : File.Exists(given.ConfigName) ? System.IO.Path.GetFullPath(given.ConfigName) : "");

    /// <summary>Stores that path for commands on this folder.</summary>
    public void NoteConfigurationPath(string? file)
    {
        if (file is null)
        {
            File.Delete(Note);
        }
        else if (file != ReadConfigurationPath())
        {
            DurableFile.WriteWhole(
                Note, stream => stream.Write(Encoding.UTF8.GetBytes(file + "\n")), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }
    }

    /// <summary>The existing folders that a server would create: the root, its parents and its parts.</summary>
    private IEnumerable<string> Folders()
    {
        for (var folder = path; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder))
            {
                yield return folder;
            }
        }

        if (Directory.Exists(path))
        {
            foreach (var folder in Directory.EnumerateDirectories(path, "*", ThreeLevels))
            {
                yield return folder;
            }
        }
    }
}
