using Microsoft.Extensions.Logging;
using PyWharf.Application.Archives;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Compares the storage with the catalog. A folder whose last write is the one that was seen before is not read again, so that a look at a
/// storage of which nothing changed costs a look at its project folders. One at a time.
/// </summary>
internal sealed partial class StorageScan(StorageLayout layout, ProjectRecords records, IndexCatalog catalog, TimeProvider time, ILogger logger)
{
    // A folder written within this time may be written again without its time of last write telling: it is looked at once more.
    private static readonly TimeSpan StillMoving = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    /// <param name="thoroughly">Read every folder, and every byte of every file; else believe what .meta files say of their files.</param>
    /// <param name="progress">Told after each folder.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public async Task<SyncReport> RunAsync(bool thoroughly, IProgress<RebuildProgress> progress, CancellationToken cancellationToken)
    {
        var known = catalog.Folders();
        var folders = new DirectoryInfo(layout.Storage).GetDirectories();
        var total = new Tally();

        for (var done = 0; done < folders.Length; done++)
        {
            var folder = folders[done];
            var seen = known.Remove(folder.Name, out var stamp);
            if (thoroughly || !seen || stamp != folder.LastWriteTimeUtc.Ticks)
            {
                await ReadFolderAsync(folder, thoroughly, total, cancellationToken);
                progress.Report(new RebuildProgress(done + 1, folders.Length, total.Files));
            }
        }

        foreach (var gone in known.Keys)
        {
            Remove(catalog.FilesAt(gone), total);
            if (ProjectName.TryParse(gone, out var project) && DecidedAbout(project) is { } decided)
            {
                catalog.Change(new CatalogChange { Decided = decided });
            }

            catalog.ForgetFolder(gone);
        }

        catalog.MarkComplete();

        return new SyncReport(total.Files, total.Published, total.Removed);
    }

    /// <summary>What the storage has under that name; null when it is gone, or still being written.</summary>
    public async Task<CatalogedFile?> ReadAsync(
        DistributionFilename filename, string location, bool trustMeta, CancellationToken cancellationToken)
    {
        var file = new FileInfo(layout.File(location, filename.ToString()));
        var meta = MetaFile.TryRead(layout.Meta(location, filename.ToString()), out var unreadable);
        if (unreadable is not null)
        {
            WarnOnce(layout.Meta(location, filename.ToString()), unreadable);
        }

        var (size, stamp) = (file.Length, file.LastWriteTimeUtc.Ticks);

        if (!trustMeta || meta is null || !Sha256Digest.TryParse(meta.GetValueOrDefault("sha256"), out var sha256))
        {
            await WaitUntilStillAsync(file, cancellationToken);
            sha256 = Sha256Digest.FromBytes(await Digests.OfFileAsync(file.FullName, DigestAlgorithm.Sha256, cancellationToken));

            file.Refresh();
            if (!file.Exists || file.Length != size || file.LastWriteTimeUtc.Ticks != stamp)
            {
                return null;
            }
        }

        var described = new PackageFile
        {
            Filename = filename,
            Location = location,
            Size = size,
            Sha256 = sha256,
            RequiresPython = RequiresPythonOf(filename, meta, file.FullName),
            UploadedAt = (meta is null ? null : UploadMeta.UploadTimeOf(meta))
                ?? catalog.UploadTimeOf(filename.ToString(), sha256)
                ?? UnixTime.Truncate(new DateTimeOffset(file.LastWriteTimeUtc)),
        };

        return new CatalogedFile(described, stamp);
    }

    private async Task ReadFolderAsync(DirectoryInfo folder, bool thoroughly, Tally total, CancellationToken cancellationToken)
    {
        if (folder.Name.StartsWith('.'))
        {
            return;
        }

        if (!ProjectName.TryParse(folder.Name, out var project))
        {
            WarnOnce(folder.FullName, "the name of its folder is no project name");

            return;
        }

        // Known before the folder is read: what is published in between is in the folder but not here, and so is not taken for gone.
        var before = catalog.FilesAt(folder.Name).ToDictionary(file => file.File.Filename.ToString(), StringComparer.Ordinal);
        folder.Refresh();
        var folderStamp = folder.LastWriteTimeUtc.Ticks;
        var settled = time.GetUtcNow() - folder.LastWriteTimeUtc > StillMoving;
        var changed = new List<CatalogedFile>();

        foreach (var file in folder.EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (StorageLayout.IsBesideFile(file.Name) || file.Name.StartsWith('.'))
            {
                continue;
            }

            if (!DistributionFilename.TryParseStored(file.Name, project, out var filename))
            {
                WarnOnce(file.FullName, "its name is not one of a distribution file of this project");
                continue;
            }

            total.Files++;
            before.Remove(file.Name, out var known);
            if (!thoroughly && known is not null && known.File.Size == file.Length && known.Stamp == file.LastWriteTimeUtc.Ticks)
            {
                continue;
            }

            // What .meta says is of the bytes that came with it: not of those of a file that has changed since it was read.
            var found = await ReadAsync(filename, folder.Name, trustMeta: !thoroughly && known is null, cancellationToken);
            if (found is null)
            {
                settled = false;
            }
            else if (Describe(found, known) is var described && described != known)
            {
                changed.Add(described);
            }
        }

        Remove([.. before.Values.Where(file => !File.Exists(layout.File(folder.Name, file.File.Filename.ToString())))], total);
        total.Published += changed.Count;
        catalog.Change(new CatalogChange
        {
            Published = changed,
            Decided = DecidedAbout(project),
            Folder = settled ? (folder.Name, folderStamp) : null,
        });
    }

    /// <summary>What was read of the same bytes before still holds.</summary>
    private static CatalogedFile Describe(CatalogedFile found, CatalogedFile? known) => found.File.Sha256.Equals(known?.File.Sha256)
        ? found with { File = found.File with { Summary = known?.File.Summary, MetadataSha256 = known?.File.MetadataSha256 } }
        : found;

    /// <summary>What was decided about a project, where the catalog does not know it yet.</summary>
    private (ProjectName Project, ProjectRecord Record)? DecidedAbout(ProjectName project)
    {
        var read = records.Read(project);
        if (read.Failure is { } unreadable)
        {
            // The record read before goes on counting.
            WarnOnce(layout.Record(project), unreadable.Message);

            return null;
        }

        return read.Value.Equals(catalog.RecordOf(project)) ? null : (project, read.Value);
    }

    private void Remove(IReadOnlyList<CatalogedFile> gone, Tally total)
    {
        if (gone.Count == 0)
        {
            return;
        }

        total.Removed += gone.Count;
        catalog.Change(new CatalogChange { Removed = [.. gone.Select(file => file.File.Filename.ToString())] });
    }

    private static RequiresPython? RequiresPythonOf(
        DistributionFilename filename, IReadOnlyDictionary<string, string>? meta, string path)
    {
        if (RequiresPython.TryParse(meta?.GetValueOrDefault("requires_python"), out var uploaded))
        {
            return uploaded;
        }

        // With .meta, the upload said that there is none; reading every wheel of a large storage for nothing would take its time.
        return meta is null
            && filename.Kind == DistributionKind.Wheel
            && CoreMetadata.TryParse(DistributionArchive.TryReadMetadata(path, filename), out var metadata, out _)
            && RequiresPython.TryParse(metadata.RequiresPython, out var declared)
                ? declared
                : null;
    }

    /// <summary>A file that somebody copies in grows between two looks at it.</summary>
    private async Task WaitUntilStillAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - file.LastWriteTimeUtc;
        if (age < StillMoving)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Clamp((StillMoving - age).TotalSeconds, 0, StillMoving.TotalSeconds)), time, cancellationToken);
        }
    }

    private void WarnOnce(string path, string why)
    {
        if (_warned.Add(path))
        {
            Log.Ignored(logger, path, why);
        }
    }

    private sealed class Tally
    {
        public long Files { get; set; }

        public int Published { get; set; }

        public int Removed { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Ignored: {Path}: {Why}")]
        public static partial void Ignored(ILogger logger, string path, string why);
    }
}
