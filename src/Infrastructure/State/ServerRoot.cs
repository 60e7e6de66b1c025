using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>The server's root folder.</summary>
/// <param name="path">Absolute.</param>
public sealed class ServerRoot(string path)
{
    private static readonly string[] Parts = ["index", "log", "lock", "job", "cache"];

    // cache/NAME/storage, and nothing below it.
    private static readonly EnumerationOptions ThreeLevels = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2 };

    private HashSet<string> _before = [];

    /// <summary>Absolute.</summary>
    public string Path => path;

    // Where the last server that started on this folder took its configuration from: a line of text.
    private string Note => At("job", ".configuration_path");

    /// <summary>The path of something in it.</summary>
    public string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([path, .. parts]);

    /// <summary>Makes the folder and its parts where they are missing. Throws what the disk says when it can't; then nothing was made.</summary>
    public void Create()
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} is a file; the server's root is a folder.");
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

    /// <summary>Takes away the folders that were made since <see cref="Create"/> and are empty: for a start that failed.</summary>
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
                // Something is in it.
            }
        }
    }

    /// <summary>Whether there are files of a repository of this name, configured or not.</summary>
    public bool HasPackages(RepositoryName repository)
    {
        var folder = At("cache", repository.ToString());

        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any();
    }

    /// <summary>
    /// The configuration's file of the last server that started on this folder, absolute; empty where it was given as a text, null where the server goes
    /// by what the folder itself keeps.
    /// </summary>
    public string? ReadConfigurationPath() => File.Exists(Note) ? File.ReadAllText(Note).Trim() : null;

    /// <summary>Notes it for the commands that work on this folder. No secret is in it.</summary>
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

    /// <summary>The folder and what lies in it, as far as a server makes it; and the folders above that it would make.</summary>
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
