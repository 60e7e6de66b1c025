using System.Runtime.CompilerServices;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>
/// Compares the bucket with the catalog. All keys are listed, page by page; only folders whose listing has changed are read. Memory grows with the largest
/// projects. One scan at a time (<see cref="IndexSync"/>); throws <see cref="S3Exception"/>.
/// </summary>
internal sealed class BucketScan(ObjectStore store, StoredFiles files, ProjectRecords records, IIndexCatalog catalog)
{
    private const int FoldersAtOnce = 4;
    private const int FilesAtOnce = 8;

    // The generation of the catalog that the current scan updates.
    private long _basis;

    /// <param name="thoroughly">Whether to read every folder and hash every file, instead of trusting listings and digests that were written with files.</param>
    /// <param name="progress">Reports each folder.</param>
    /// <param name="cancellationToken">Cancels between two files.</param>
    public async Task<SyncReport> RunAsync(bool thoroughly, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        _basis = await catalog.BeginSyncAsync(cancellationToken);
        var known = await catalog.GetFoldersAsync(cancellationToken);
        var total = new Tally();
        await Parallel.ForEachAsync(
            ListFoldersAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = FoldersAtOnce, CancellationToken = cancellationToken },
            async (folder, token) =>
            {
                long? stamp;
                lock (known)
                {
                    stamp = known.Remove(folder.Location, out var last) ? last : null;
                }

                if (!ProjectName.TryParse(folder.Location, out var project))
                {
                    files.WarnOnce(store.Keys.Folder(folder.Location), "the name of its folder is no project name");
                }
                else if (thoroughly || stamp != folder.Stamp)
                {
                    await ReadFolderAsync(folder, project, thoroughly, total, token);
                    progress.Report(new WorkProgress(total.CountFolder(), Total: 0));
                }
                else
                {
                    total.Count(folder.Packages.Count(package => DistributionFilename.TryParseStored(package.Key, project, out _)));
                }
            });

        foreach (var gone in known.Keys)
        {
            var empty = new ProjectFolder(gone);
            await RemoveAsync(await catalog.GetByLocationAsync(gone, cancellationToken), total, cancellationToken);
            if (ProjectName.TryParse(gone, out var project))
            {
                await UpdateRecordAsync(empty, project, cancellationToken);
            }

            await catalog.ChangeAsync(new CatalogChange { ForgottenFolder = gone, Basis = _basis }, cancellationToken: cancellationToken);
        }

        await catalog.MarkCompleteAsync(_basis, cancellationToken);

        return new SyncReport(total.Files, total.Published, total.Removed);
    }

    /// <summary>Keys are listed in order, so those of one folder follow one another.</summary>
    private async IAsyncEnumerable<ProjectFolder> ListFoldersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ProjectFolder? folder = null;
        await foreach (var found in store.ListAsync(store.Keys.Prefix, cancellationToken))
        {
            if (!store.Keys.TrySplit(found.Key, out var location, out var name))
            {
                continue;
            }

            if (folder?.Location != location)
            {
                if (folder is not null)
                {
                    yield return folder;
                }

                folder = new ProjectFolder(location);
            }

            folder.Add(name, found);
        }

        if (folder is not null)
        {
            yield return folder;
        }
    }

    private async Task ReadFolderAsync(ProjectFolder folder, ProjectName project, bool thoroughly, Tally total, CancellationToken cancellationToken)
    {
        var before = (await catalog.GetByLocationAsync(folder.Location, cancellationToken)).ToDictionary(file => file.File.Filename.ToString(), StringComparer.Ordinal);
        var unread = new List<(DistributionFilename Filename, CatalogedFile? Known)>();
        foreach (var (name, found) in folder.Packages)
        {
            if (!DistributionFilename.TryParseStored(name, project, out var filename))
            {
                files.WarnOnce(found.Key, "its name is not one of a distribution file of this project");
                continue;
            }

            total.Count(1);
            before.Remove(name, out var known);
            if (thoroughly || known is null || known.File.Size != found.Size || known.Stamp != folder.StampOf(name))
            {
                unread.Add((filename, known));
            }
        }

        var changed = new List<CatalogedFile>();
        var isSettled = true;
        await Parallel.ForEachAsync(
            unread,
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                // The form describes the bytes that were uploaded, not those of a file that was replaced since.
                var found = thoroughly
                    ? await files.ReadThoroughlyAsync(file.Filename, folder, token)
                    : await files.ReadAsync(file.Filename, folder, trustMeta: file.Known is null, token);
                lock (changed)
                {
                    isSettled &= found?.Stamp == folder.StampOf(file.Filename.ToString());
                    if (found is not null && Describe(found, file.Known) is var described && described != file.Known)
                    {
                        changed.Add(described);
                    }
                }
            });

        // Before its files, so that none is shown that the record hides.
        await UpdateRecordAsync(folder, project, cancellationToken);
        await RemoveAsync(before.Values, total, cancellationToken);
        total.CountPublished(changed.Count);
        await catalog.ChangeAsync(
            new CatalogChange { Published = changed, Folder = isSettled ? (folder.Location, folder.Stamp) : null, Basis = _basis }, cancellationToken: cancellationToken);
    }

    /// <summary>Keeps metadata that was read of the same bytes.</summary>
    private static CatalogedFile Describe(CatalogedFile found, CatalogedFile? known) => found.File.Sha256.Equals(known?.File.Sha256)
        ? found with { File = found.File with { Summary = known?.File.Summary, MetadataSha256 = known?.File.MetadataSha256 } }
        : found;

    /// <summary>Records are in the folders of normalised names.</summary>
    private async Task UpdateRecordAsync(ProjectFolder folder, ProjectName project, CancellationToken cancellationToken)
    {
        if (folder.Location == project.ToString()
            && (folder.Record is not null || !(await catalog.GetRecordAsync(project, cancellationToken)).IsEmpty))
        {
            await records.UpdateAsync(project, _basis, cancellationToken);
        }
    }

    private async Task RemoveAsync(IEnumerable<CatalogedFile> gone, Tally total, CancellationToken cancellationToken)
    {
        // One that was published since the folder was listed is there.
        var removed = new List<string>();
        foreach (var file in gone)
        {
            if (await store.HeadAsync(store.Keys.File(file.File), cancellationToken) is null)
            {
                removed.Add(file.File.Filename.ToString());
            }
        }

        total.CountRemoved(removed.Count);
        await catalog.ChangeAsync(new CatalogChange { Removed = removed, Basis = _basis }, cancellationToken: cancellationToken);
    }

    private sealed class Tally
    {
        private long _files;
        private long _folders;
        private int _published;
        private int _removed;

        public long Files => _files;

        public int Published => _published;

        public int Removed => _removed;

        public void Count(int files) => Interlocked.Add(ref _files, files);

        public long CountFolder() => Interlocked.Increment(ref _folders);

        public void CountPublished(int files) => Interlocked.Add(ref _published, files);

        public void CountRemoved(int files) => Interlocked.Add(ref _removed, files);
    }
}
