using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Finds what came into a project's folder without an upload and is not in the catalog yet. A folder that nobody but this process has changed
/// since is not listed again, so that an upload to a project of ten thousand files costs what one to an empty project does. Whoever calls it
/// holds the project's lock.
/// </summary>
internal sealed class UntrackedFiles(StorageLayout layout, IndexCatalog catalog)
{
    // What is forgotten costs one listing.
    private const int MostFolders = 10_000;

    // Folders of which the catalog has every file, and their last write at that time, in ticks.
    private readonly ConcurrentDictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>The files of this identity, of whatever name, in the project's folder that the catalog lacks.</summary>
    public IReadOnlyList<DistributionFilename> Find(DistributionFilename filename)
    {
        // Before it is listed: what comes in between makes it another folder.
        var location = filename.Project.ToString();
        var folder = FileEntry.At(layout.Folder(location));
        if (folder.Kind != FileEntryKind.Folder || IsSeen(location, folder.Ticks))
        {
            return [];
        }

        var known = catalog.FilenamesAt(location);
        var unseen = Directory.EnumerateFiles(layout.Folder(location))
            .Select(path => Path.GetFileName(path))
            .Where(name => !StorageLayout.IsBesideFile(name) && name[0] != '.' && !known.Contains(name) && FileEntry.At(layout.File(location, name)).IsFile)
            .ToList();
        if (unseen.Count == 0)
        {
            Remember(location, folder.Ticks);
        }
        else
        {
            _seen.TryRemove(location, out _);
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
        var location = project.ToString();
        if (_seen.ContainsKey(location))
        {
            Remember(location, FileEntry.At(layout.Folder(location)).Ticks);
        }
    }

    private bool IsSeen(string location, long stamp) => _seen.GetValueOrDefault(location) == stamp || catalog.StampOf(location) == stamp;

    private void Remember(string folder, long stamp)
    {
        if (_seen.Count >= MostFolders)
        {
            _seen.Clear();
        }

        _seen[folder] = stamp;
    }
}
