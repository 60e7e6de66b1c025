using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Brings the catalog in line with the storage, one scan at a time.</summary>
internal sealed class IndexSync(StorageLayout layout, IIndexCatalog catalog, StorageScan scan, BrokenUploads broken, TimeProvider time) : IDisposable
{
    /// <summary>There is no index before the first scan of the storage.</summary>
    public static readonly Failure NotScanned = new(
        FailureKind.Unavailable,
        "The storage of this repository is being read for the first time: try again in a few seconds.",
        TimeSpan.FromSeconds(3));

    // A scan starts over where another process replaced the catalog meanwhile.
    private const int Retries = 3;

    private readonly SemaphoreSlim _scanning = new(1);
    private bool _isSwept;

    /// <summary>Reads the folders that have changed.</summary>
    public async Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken)
    {
        await _scanning.WaitAsync(cancellationToken);
        try
        {
            return await ScanAsync(thoroughly: false, new Progress<WorkProgress>(), cancellationToken);
        }
        finally
        {
            _scanning.Release();
        }
    }

    /// <summary>Reads everything into a new catalog, and writes the index.toml of the original program.</summary>
    public async Task<Outcome<SyncReport>> RebuildAsync(IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        SyncReport report;
        await _scanning.WaitAsync(cancellationToken);
        try
        {
            // Servers use the index they have in memory until the new catalog is complete.
            await catalog.RenewAsync(cancellationToken);
            report = await ScanAsync(thoroughly: true, progress, cancellationToken);
        }
        finally
        {
            _scanning.Release();
        }

        if (await catalog.ReadChangesAsync(0, cancellationToken) is not { } changes)
        {
            return NotScanned;
        }

        var index = RepositoryIndex.Empty.With(changes);
        Write(index.Projects.Where(project => project.Record.IsReadable).SelectMany(project => project.InOrder()));

        return report;
    }

    /// <inheritdoc/>
    public void Dispose() => _scanning.Dispose();

    /// <summary>One entry at a time, as the forms of a hundred thousand uploads take gigabytes.</summary>
    private void Write(IEnumerable<PackageFile> files) => DurableFile.WriteWhole(
        layout.IndexFile, content => IndexFile.Write(content, time.GetUtcNow(), OriginalIndex.InOrder(files).Select(Entry)));

    private IndexedPackage Entry(PackageFile file)
    {
        var (location, filename) = (file.Location, file.Filename.ToString());
        var form = MetaFile.TryRead(layout.Meta(location, filename), out _);

        return OriginalIndex.Entry(FileSystemBackendType.TypeName, file, form, url: null, layout.File(location, filename));
    }

    private async Task<SyncReport> ScanAsync(bool thoroughly, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        await SweepAsync(cancellationToken);
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await scan.RunAsync(thoroughly, progress, cancellationToken);
            }
            catch (CatalogReplacedException) when (retries < Retries)
            {
                // Compared with the new one.
            }
        }
    }

    /// <summary>Once, as a process ends once. What can't be removed is tried again by the next scan, and keeps nothing else up.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (_isSwept)
        {
            return;
        }

        layout.CheckIsThere();
        try
        {
            await broken.RemoveAsync(cancellationToken);
            _isSwept = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A folder that can't be read is named by the scan.
        }
    }
}
