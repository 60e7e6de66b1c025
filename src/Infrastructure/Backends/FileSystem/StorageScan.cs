using System.Collections.Immutable;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Compares the storage with the catalog. Folders with the same time of last write as before are not read again, so that a scan of an unchanged
/// storage only stats the project folders. One scan at a time (<see cref="IndexSync"/>).
/// </summary>
/// <param name="layout">The paths.</param>
/// <param name="files">Reads package files.</param>
/// <param name="records">Reads records.</param>
/// <param name="locks">The locks of projects.</param>
/// <param name="catalog">The catalog to update.</param>
/// <param name="time">The clock.</param>
internal sealed class StorageScan(
    StorageLayout layout, StoredFiles files, RecordFiles records, IProjectLocks locks, IIndexCatalog catalog, TimeProvider time)
{
    // Projects whose folder is a link or unreadable. They exist, so upstream is not asked for them, but nothing of them is offered.
    private volatile ImmutableHashSet<ProjectName> _closed = [];

    // The generation of the catalog that the current scan updates.
    private long _basis;

    /// <param name="thoroughly">Whether to read every folder and hash every file, instead of trusting times of last write and .meta files.</param>
    /// <param name="progress">Reports each folder.</param>
    /// <param name="cancellationToken">Cancels between two files.</param>
    public async Task<SyncReport> RunAsync(bool thoroughly, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        layout.CheckIsThere();
        _basis = await catalog.BeginSyncAsync(cancellationToken);
        var known = await catalog.GetFoldersAsync(cancellationToken);
        var total = new Tally();
        var folders = FindFolders(total);

        for (var done = 0; done < folders.Count; done++)
        {
            var (folder, last) = folders[done];
            var seen = known.Remove(folder, out var stamp);
            if (thoroughly || !seen || stamp != last)
            {
                await TryReadFolderAsync(folder, thoroughly, total, cancellationToken);
                progress.Report(new WorkProgress(done + 1, folders.Count));
            }
        }

        foreach (var gone in known.Keys)
        {
            await RemoveAsync(await catalog.GetByLocationAsync(gone, cancellationToken), total, cancellationToken);
            await catalog.ChangeAsync(new CatalogChange { ForgottenFolder = gone, Basis = _basis }, cancellationToken: cancellationToken);
        }

        _closed = [.. total.Closed];
        var recorded = (await catalog.GetRecordsAsync(cancellationToken)).ToDictionary();
        foreach (var project in recorded.Keys.Union(total.Closed))
        {
            // Also of unchanged folders: a record can be damaged, or repaired, in place.
            await UpdateRecordAsync(project, recorded.GetValueOrDefault(project, ProjectRecord.Empty), cancellationToken);
        }

        await catalog.MarkCompleteAsync(_basis, cancellationToken);

        return new SyncReport(total.Files, total.Published, total.Removed);
    }

    /// <summary>The record of a project as it is in the storage; unreadable where its folder is.</summary>
    public ProjectRecord RecordOf(ProjectName project) => _closed.Contains(project) ? ProjectRecord.Unreadable : records.Read(project);

    /// <summary>The folders of projects, with the time of last write.</summary>
    private List<(string Name, long Stamp)> FindFolders(Tally total)
    {
        var folders = new List<(string, long)>();
        foreach (var path in Directory.EnumerateFileSystemEntries(layout.Storage))
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith('.'))
            {
                continue;
            }

            var entry = FileEntry.At(path);
            if (entry.Kind == FileEntryKind.Folder)
            {
                folders.Add((name, entry.Ticks));
            }
            else if (entry.Kind == FileEntryKind.Link)
            {
                files.WarnOnce(path, "it is a link, which is not followed, so nothing of its project is offered; mount the folder there, or move it");
                Close(name, total);
            }
        }

        return folders;
    }

    /// <summary>An unreadable folder affects its own project only.</summary>
    private async Task TryReadFolderAsync(string folder, bool thoroughly, Tally total, CancellationToken cancellationToken)
    {
        try
        {
            if (!ProjectName.TryParse(folder, out var project))
            {
                files.WarnOnce(layout.Folder(folder), "the name of its folder is no project name");
            }
            else
            {
                await ReadFolderAsync(folder, project, thoroughly, total, cancellationToken);
            }
        }
        catch (Exception exception) when (StorageError.IsOfOneFile(exception))
        {
            files.WarnOnce(layout.Folder(folder), exception.Message);
            Close(folder, total);
        }
    }

    private async Task ReadFolderAsync(string folder, ProjectName project, bool thoroughly, Tally total, CancellationToken cancellationToken)
    {
        // Queried before the folder is read: a file that is published in between is not taken for a removed one.
        var before = (await catalog.GetByLocationAsync(folder, cancellationToken)).ToDictionary(file => file.File.Filename.ToString(), StringComparer.Ordinal);
        var entry = FileEntry.At(layout.Folder(folder));
        var settled = time.GetUtcNow() - files.WrittenAt(entry) > StoredFiles.StillMoving;
        var changed = new List<CatalogedFile>();
        var (sound, odd) = (0, 0);

        foreach (var path in Directory.EnumerateFileSystemEntries(layout.Folder(folder)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetFileName(path);
            if (!StoredNames.IsPackage(name))
            {
                continue;
            }

            var file = FileEntry.At(path);
            if (!DistributionFilename.TryParseStored(name, project, out var filename))
            {
                if (file.Kind != FileEntryKind.Folder)
                {
                    files.WarnOnce(path, "its name is not one of a distribution file of this project");
                }

                continue;
            }

            if (!file.IsFile)
            {
                odd++;
                files.WarnOnce(path, "it is no regular file, and is neither opened nor followed");
                continue;
            }

            total.Files++;
            before.Remove(name, out var known);
            if (!thoroughly && known is not null && known.File.Size == file.Length && known.Stamp == file.Ticks)
            {
                sound++;
                continue;
            }

            // The .meta file describes the bytes that were uploaded, not those of a file that has changed since.
            var found = await files.TryReadAsync(filename, folder, trustMeta: !thoroughly && known is null, cancellationToken);
            if (found is null)
            {
                odd += FileEntry.At(path).Kind == FileEntryKind.None ? 0 : 1;
            }
            else
            {
                sound++;
                if (Describe(found, known) is var described && described != known)
                {
                    changed.Add(described);
                }
            }
        }

        if (sound == 0 && odd > 0)
        {
            Close(folder, total);
        }

        // Before its files, so that none is shown that the record hides.
        await UpdateRecordAsync(project, await catalog.GetRecordAsync(project, cancellationToken), cancellationToken);
        await RemoveAsync(
            [.. before.Values.Where(file => !FileEntry.At(layout.File(folder, file.File.Filename.ToString())).IsFile)], total, cancellationToken);
        total.Published += changed.Count;
        await catalog.ChangeAsync(
            new CatalogChange
            {
                Published = changed,
                Folder = settled && odd == 0 ? (folder, entry.Ticks) : null,
                Basis = _basis,
            },
            cancellationToken: cancellationToken);
    }

    private void Close(string folder, Tally total)
    {
        if (ProjectName.TryParse(folder, out var project))
        {
            total.Closed.Add(project);
            _closed = _closed.Add(project);
        }
    }

    /// <summary>Keeps metadata that was read of the same bytes.</summary>
    private static CatalogedFile Describe(CatalogedFile found, CatalogedFile? known) => found.File.Sha256.Equals(known?.File.Sha256)
        ? found with { File = found.File with { Summary = known?.File.Summary, MetadataSha256 = known?.File.MetadataSha256 } }
        : found;

    /// <summary>Updates the record of a project in the catalog where it differs.</summary>
    private async Task UpdateRecordAsync(ProjectName project, ProjectRecord known, CancellationToken cancellationToken)
    {
        if (RecordOf(project).Equals(known))
        {
            return;
        }

        // Read again under the lock, as it may be changing.
        await using var held = await locks.TryLockAsync(project, cancellationToken)
            ?? throw new IOException($"Another process holds the lock of the project {project}.");
        await catalog.ChangeAsync(new CatalogChange { ChangedRecord = (project, RecordOf(project)), Basis = _basis }, cancellationToken: cancellationToken);
    }

    private Task RemoveAsync(IReadOnlyList<CatalogedFile> gone, Tally total, CancellationToken cancellationToken)
    {
        total.Removed += gone.Count;

        return catalog.ChangeAsync(
            new CatalogChange { Removed = [.. gone.Select(file => file.File.Filename.ToString())], Basis = _basis }, cancellationToken: cancellationToken);
    }

    private sealed class Tally
    {
        public long Files { get; set; }

        public int Published { get; set; }

        public int Removed { get; set; }

        public HashSet<ProjectName> Closed { get; } = [];
    }
}
