using System.Collections.Immutable;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Compares the storage with the catalog. A folder whose last write is the one that was seen before is not read again, so that a look at a
/// storage of which nothing changed costs a look at its project folders. One at a time.
/// </summary>
/// <param name="layout">Where it lies.</param>
/// <param name="files">Reads its files.</param>
/// <param name="records">Reads what was decided.</param>
/// <param name="locks">Keeps others from deciding meanwhile.</param>
/// <param name="catalog">What it is compared with.</param>
/// <param name="time">The clock.</param>
internal sealed class StorageScan(
    StorageLayout layout, StoredFiles files, ProjectRecords records, ProjectLocks locks, IndexCatalog catalog, TimeProvider time)
{
    // Projects of which the last look found what it does not look into, or can't. Their names are ours all the same, and upstream is not asked for them.
    private volatile ImmutableHashSet<ProjectName> _closed = [];

    // The catalog that the look under way compares with.
    private long _basis;

    /// <param name="thoroughly">Read every folder, and every byte of every file; else believe what .meta files say of their files.</param>
    /// <param name="progress">Told after each folder.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public async Task<SyncReport> RunAsync(bool thoroughly, IProgress<RebuildProgress> progress, CancellationToken cancellationToken)
    {
        layout.CheckIsThere();
        _basis = catalog.BeginSync();
        var known = catalog.Folders();
        var total = new Tally();
        var folders = FindFolders(total);

        for (var done = 0; done < folders.Count; done++)
        {
            var (folder, last) = folders[done];
            var seen = known.Remove(folder, out var stamp);
            if (thoroughly || !seen || stamp != last)
            {
                await TryReadFolderAsync(folder, thoroughly, total, cancellationToken);
                progress.Report(new RebuildProgress(done + 1, folders.Count, total.Files));
            }
        }

        foreach (var gone in known.Keys)
        {
            await RemoveAsync(catalog.FilesAt(gone), total, cancellationToken);
            await catalog.ChangeAsync(new CatalogChange { ForgottenFolder = gone, Basis = _basis }, cancellationToken: cancellationToken);
        }

        _closed = [.. total.Closed];
        foreach (var project in catalog.Records().Select(record => record.Key).Union(total.Closed))
        {
            // Also where the folder did not change: a record can be damaged, and mended, in its place.
            await DecideAsync(project, cancellationToken);
        }

        await catalog.MarkCompleteAsync(_basis, cancellationToken);

        return new SyncReport(total.Files, total.Published, total.Removed);
    }

    /// <summary>What was decided about a project, as the storage says it now; what is not looked into is not offered.</summary>
    public ProjectRecord RecordOf(ProjectName project) => _closed.Contains(project) ? ProjectRecord.Unreadable : records.Read(project);

    /// <summary>The folders of projects, each with its last write.</summary>
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

    /// <summary>A folder that can't be read costs its own project, and no other.</summary>
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
        // Known before the folder is read: what is published in between is in the folder but not here, and so is not taken for gone.
        var before = catalog.FilesAt(folder).ToDictionary(file => file.File.Filename.ToString(), StringComparer.Ordinal);
        var entry = FileEntry.At(layout.Folder(folder));
        var settled = time.GetUtcNow() - files.WrittenAt(entry) > StoredFiles.StillMoving;
        var changed = new List<CatalogedFile>();
        var (sound, odd) = (0, 0);

        foreach (var path in Directory.EnumerateFileSystemEntries(layout.Folder(folder)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetFileName(path);
            if (StorageLayout.IsBesideFile(name) || name.StartsWith('.'))
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

            // What .meta says is of the bytes that came with it: not of those of a file that has changed since it was read.
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

        // Before its files: none is shown that it hides.
        await DecideAsync(project, cancellationToken);
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

    /// <summary>What was read of the same bytes before still holds.</summary>
    private static CatalogedFile Describe(CatalogedFile found, CatalogedFile? known) => found.File.Sha256.Equals(known?.File.Sha256)
        ? found with { File = found.File with { Summary = known?.File.Summary, MetadataSha256 = known?.File.MetadataSha256 } }
        : found;

    /// <summary>Brings what was decided about a project into the catalog, where that says otherwise.</summary>
    private async Task DecideAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (RecordOf(project).Equals(catalog.RecordOf(project)))
        {
            return;
        }

        // Somebody may be deciding just now, and what was read be the record before.
        using var held = await locks.TryLockAsync(project, cancellationToken)
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
