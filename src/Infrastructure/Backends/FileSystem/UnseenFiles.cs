using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Finds what came into a project's folder without an upload and is not in the catalog yet. A folder that nobody but this process has changed
/// since is not listed again, so that an upload to a project of ten thousand files costs what one to an empty project does. Whoever calls it
/// holds the project's lock.
/// </summary>
internal sealed class UnseenFiles(StorageLayout layout, IndexCatalog catalog)
{
    // What is forgotten costs one listing.
    private const int MostFolders = 10_000;

    // Folders of which the catalog has every file, and their last write at that time, in ticks.
    private readonly ConcurrentDictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>The files of this identity, of whatever name, in the project's folder that the catalog lacks.</summary>
    public IReadOnlyList<DistributionFilename> Find(DistributionFilename filename)
    {
        var folder = new DirectoryInfo(layout.Folder(filename.Project.ToString()));
        if (!folder.Exists || IsSeen(folder))
        {
            return [];
        }

        // Before it is listed: what comes in between makes it another folder.
        var stamp = folder.LastWriteTimeUtc.Ticks;
        var known = catalog.FilenamesAt(folder.Name);
        var unseen = folder.EnumerateFiles()
            .Select(file => file.Name)
            .Where(name => !StorageLayout.IsBesideFile(name) && name[0] != '.' && !known.Contains(name))
            .ToList();
        if (unseen.Count == 0)
        {
            Remember(folder.Name, stamp);
        }
        else
        {
            _seen.TryRemove(folder.Name, out _);
        }

        var identity = filename.Identity;

        return
        [
            .. from name in unseen
               let file = DistributionFilename.TryParseStored(name, filename.Project, out var parsed) ? parsed : null
               where file is not null && file.Identity.Equals(identity)
               select file,
        ];
    }

    /// <summary>This process has just changed the folder, and the catalog has what it put there.</summary>
    public void Changed(ProjectName project)
    {
        // What somebody else puts there within the same tick of the file system's clock is found by the next look at the storage.
        var folder = new DirectoryInfo(layout.Folder(project.ToString()));
        if (_seen.ContainsKey(folder.Name))
        {
            Remember(folder.Name, folder.LastWriteTimeUtc.Ticks);
        }
    }

    private bool IsSeen(DirectoryInfo folder) =>
        _seen.GetValueOrDefault(folder.Name) == folder.LastWriteTimeUtc.Ticks || catalog.StampOf(folder.Name) == folder.LastWriteTimeUtc.Ticks;

    private void Remember(string folder, long stamp)
    {
        if (_seen.Count >= MostFolders)
        {
            _seen.Clear();
        }

        _seen[folder] = stamp;
    }
}
