using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>Brings the catalog in line with the bucket, one scan at a time. After a failure another scan is due within seconds.</summary>
internal sealed class IndexSync(BucketScan scan, IndexWriter writer, IIndexCatalog catalog, TimeProvider time) : IDisposable
{
    /// <summary>There is no index before the first scan of the bucket.</summary>
    public static readonly Failure NotScanned = new(
        FailureKind.Unavailable,
        "The bucket of this repository is being read for the first time: try again in a few seconds.",
        TimeSpan.FromSeconds(3));

    // A scan starts over where another process replaced the catalog meanwhile.
    private const int Retries = 3;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _scanning = new(1);
    private long? _failedAt;

    /// <summary>Whether a scan has failed and is due again, or the catalog was replaced.</summary>
    public bool IsDue => catalog.NeedsSync || (_failedAt is { } at && time.GetElapsedTime(at) >= PauseAfterFailure);

    /// <summary>Reads the folders that have changed.</summary>
    public async Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken)
    {
        await _scanning.WaitAsync(cancellationToken);
        try
        {
            _failedAt = time.GetTimestamp();
            var report = await ScanAsync(thoroughly: false, new Progress<WorkProgress>(), cancellationToken);
            _failedAt = null;

            return report;
        }
        catch (S3Exception exception)
        {
            return S3Failure.Of(exception, "the bucket was not read");
        }
        finally
        {
            _scanning.Release();
        }
    }

    /// <summary>Reads everything into a new catalog, and writes the index.toml of the original program.</summary>
    public async Task<Outcome<SyncReport>> RebuildAsync(IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        await _scanning.WaitAsync(cancellationToken);
        try
        {
            // Servers use the index they have in memory until the new catalog is complete.
            await catalog.RenewAsync(cancellationToken);
            var report = await ScanAsync(thoroughly: true, progress, cancellationToken);
            if (await catalog.ReadChangesAsync(0, cancellationToken) is not { } changes)
            {
                return NotScanned;
            }

            await writer.WriteAsync(RepositoryIndex.Empty.With(changes), cancellationToken);

            return report;
        }
        catch (S3Exception exception)
        {
            return S3Failure.Of(exception, "the index was not rebuilt");
        }
        finally
        {
            _scanning.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _scanning.Dispose();

    private async Task<SyncReport> ScanAsync(bool thoroughly, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
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
}
