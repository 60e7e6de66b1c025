using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Finds files that were put into a project's folder without an upload and are not in the catalog yet. A folder that only this process has changed
/// is not listed again, so that an upload to a project of ten thousand files costs as much as to an empty one. The caller holds the project's lock.
/// </summary>
internal sealed class UntrackedFiles(StorageLayout layout, IIndexCatalog catalog)
{
    // Beyond this all are forgotten, which costs one listing of each.
    private const int MostFolders = 10_000;

    // The folders whose files are all in the catalog, with their last write at that time, in ticks.
    private readonly ConcurrentDictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>The files of this identity, under any name, that are in the project's folder but not in the catalog.</summary>
    public async ValueTask<IReadOnlyList<DistributionFilename>> FindAsync(DistributionFilename filename, CancellationToken cancellationToken)
    {
        // Read before the folder is listed, so that a file added in between changes it.
        var location = filename.Project.ToString();
        var folder = FileEntry.At(layout.Folder(location));
        if (folder.Kind != FileEntryKind.Folder || await IsSeenAsync(location, folder.Ticks, cancellationToken))
        {
            return [];
        }

        var known = await catalog.GetFilenamesAsync(location, cancellationToken);
        var untracked = Directory.EnumerateFiles(layout.Folder(location))
            .Select(path => Path.GetFileName(path))
            .Where(name => StoredNames.IsPackage(name) && !known.Contains(name) && FileEntry.At(layout.File(location, name)).IsFile)
            .ToList();
        if (untracked.Count == 0)
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
            .. from name in untracked
               let file = DistributionFilename.TryParseStored(name, filename.Project, out var parsed) ? parsed : null
               where file is not null && file.Identity.Equals(identity)
               select file,
        ];
    }

    /// <summary>Notes that this process has changed the folder, and that the catalog is up to date.</summary>
    public void Changed(ProjectName project)
    {
        // A file that another process adds within the same tick of the file system's clock is found by the next scan.
        var location = project.ToString();
        if (_seen.ContainsKey(location))
        {
            Remember(location, FileEntry.At(layout.Folder(location)).Ticks);
        }
    }

    private async ValueTask<bool> IsSeenAsync(string location, long stamp, CancellationToken cancellationToken) =>
        _seen.GetValueOrDefault(location) == stamp || await catalog.GetStampAsync(location, cancellationToken) == stamp;

    private void Remember(string folder, long stamp)
    {
        if (_seen.Count >= MostFolders)
        {
            _seen.Clear();
        }

        _seen[folder] = stamp;
    }
}
