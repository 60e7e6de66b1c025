using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Differences between the index and the storage. Storage and index change one after the other, so a difference is a fault only if it stays: a lost file
/// for some seconds, a file that a running server has not found yet until it has looked at the storage again. Safe for concurrent use.
/// </summary>
/// <param name="layout">The paths.</param>
/// <param name="repository">The repository, for messages.</param>
/// <param name="syncInterval">The interval at which servers look at the storage.</param>
/// <param name="report">Receives the faults.</param>
/// <param name="time">The clock.</param>
internal sealed class IndexVerification(StorageLayout layout, RepositoryName repository, TimeSpan syncInterval, VerificationReport report, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    // How long a server on a loaded machine may take to look at the storage.
    private static readonly TimeSpan ScanTime = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<Difference> _suspects = new();
    private volatile bool _isDamaged;

    private string Rebuild => $"pywharf update_index {FileSystemBackendType.TypeName} {repository} makes it anew";

    /// <summary>Opens the index; null where there is none that can be compared, which is noted.</summary>
    public CatalogReader? Open()
    {
        try
        {
            var catalog = CatalogReader.TryOpen(layout.Catalog);
            if (catalog is null)
            {
                report.Add("there is no index to compare with the files: a server makes it at its start");
            }
            else if (catalog.FindDamage() is not null)
            {
                catalog.Dispose();
                _isDamaged = true;

                return null;
            }

            return catalog;
        }
        catch (Exception exception) when (CatalogDamage.IsCauseOf(exception))
        {
            _isDamaged = true;

            return null;
        }
    }

    /// <summary>What the index has in a folder, by name.</summary>
    public Dictionary<string, PackageFile> FilesAt(string location, CatalogReader? catalog) => Read(() => catalog?.FilesAt(location)) ?? [];

    /// <summary>Notes a file that the index or a .meta file has, and that was not there.</summary>
    public void Missing(string location, string filename) => _suspects.Enqueue(new Difference(location, filename, Size: null, Sha256: null));

    /// <summary>Notes a file that the index does not have as it is.</summary>
    public void Differs(string location, string filename, long size, Sha256Digest sha256) => _suspects.Enqueue(new Difference(location, filename, size, sha256));

    /// <summary>Looks at all of them again, waits for those that may pass, and reports the rest.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        IReadOnlyList<Difference> left = [.. _suspects];
        while (true)
        {
            using (var catalog = TryOpen(out var damage))
            {
                left = [.. left.Where(difference => IsStill(difference, catalog))];
                if ((left.Count == 0 && damage is null) || time.GetElapsedTime(start) >= PatienceFor(left))
                {
                    Report(left, damage);

                    return;
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>How long differences may take to pass.</summary>
    private TimeSpan PatienceFor(IReadOnlyList<Difference> left) =>
        !File.Exists(layout.Catalog + "-wal") ? TimeSpan.Zero // no process has the index open, so nothing changes any more
        : left.All(difference => difference.Sha256 is null) ? Settling
        : (syncInterval < LongestInterval ? syncInterval : LongestInterval) + ScanTime;

    private CatalogReader? TryOpen(out string? damage)
    {
        damage = null;
        try
        {
            var catalog = CatalogReader.TryOpen(layout.Catalog);
            damage = _isDamaged ? catalog?.FindDamage() : null;

            return catalog;
        }
        catch (Exception exception) when (CatalogDamage.IsCauseOf(exception))
        {
            damage = exception.Message;

            return null;
        }
    }

    private bool IsStill(Difference difference, CatalogReader? catalog)
    {
        var (location, filename) = (difference.Location, difference.Filename);
        var isThere = FileEntry.At(layout.File(location, filename)).Kind != FileEntryKind.None;
        var indexed = Read(() => catalog?.Find(filename));
        if (difference.Sha256 is not { } sha256)
        {
            return !isThere && !IsDeleted(location, filename) && (indexed is not null || FileEntry.At(layout.Meta(location, filename)).IsFile);
        }

        return isThere && catalog is not null && !(indexed is not null && indexed.Sha256.Equals(sha256) && indexed.Size == difference.Size);
    }

    private T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (CatalogDamage.IsCauseOf(exception))
        {
            _isDamaged = true;

            return null;
        }
    }

    private bool IsDeleted(string location, string filename) =>
        ProjectName.TryParse(location, out var project)
        && Directory.Exists(layout.Folder(location))
        && RecordFiles.Read(layout, project).Record.Deleted.ContainsKey(filename);

    private void Report(IReadOnlyList<Difference> left, string? damage)
    {
        if (damage is not null)
        {
            report.Add(new StorageFault(StorageFaultKind.Index, null, null, $"the index {layout.Catalog} is damaged: {Rebuild} from the files ({damage})"));
        }

        foreach (var (location, filename, _, sha256) in left.Where(difference => difference.Sha256 is null || damage is null))
        {
            report.Add(sha256 is null
                ? new StorageFault(StorageFaultKind.Missing, location, filename, $"it was published, and its file is gone: restore it from a backup. If its upload was broken off, remove {filename}.meta")
                : new StorageFault(StorageFaultKind.Index, location, filename, $"the index does not have it as it is: {Rebuild}, as does the start of a server"));
        }
    }

    /// <summary>A file, with its size and digest; without them where it was not there.</summary>
    private sealed record Difference(string Location, string Filename, long? Size, Sha256Digest? Sha256);
}
