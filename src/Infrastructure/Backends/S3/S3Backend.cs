using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Backends.S3.Uploads;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>A repository in a bucket, whose objects are laid out like the folders of a file_system repository.</summary>
internal sealed class S3Backend : IRepositoryBackend
{
    // The batch of the background work that reads the metadata of files.
    private const int DescribedAtOnce = 50;

    private readonly S3Config _config;
    private readonly S3Layout _layout;
    private readonly ObjectStore _store;
    private readonly IIndexCatalog _catalog;
    private readonly DiskStaging _staging;
    private readonly FileDescriber _describer;
    private readonly ProjectRecords _records;
    private readonly PackagePublisher _publisher;
    private readonly FileDownloads _downloads;
    private readonly IndexSync _sync;
    private readonly LeftoverSweep _sweep;

    private S3Backend(S3Config config, S3Layout layout, DiskStaging staging, IIndexCatalog catalog, IProjectLocks locks, TimeProvider time, ILogger logger)
    {
        (_config, _layout, _staging, _catalog) = (config, layout, staging, catalog);
        _store = new ObjectStore(config, time, logger);
        var files = new StoredFiles(_store, catalog, new RemoteWheelReader(layout.Staging, time), time, logger);
        _describer = new FileDescriber(files, catalog, new MetadataStore(layout.Metadata));
        var conditional = new ConditionalWrites(_store, locks);
        _records = new ProjectRecords(_store, new RecordObjects(_store, logger), conditional, catalog, locks);
        _publisher = new PackagePublisher(config, _store, conditional, catalog, locks, files, _describer, _records, time);
        var cache = new DownloadCache(Instruments.S3Cache, staging, new DownloadStore(layout.Downloads, config.MaxCacheBytes, time, logger), time, logger);
        _downloads = new FileDownloads(config.Proxies, _store, cache, _describer);
        _sync = new IndexSync(new BucketScan(_store, files, _records, catalog), new IndexWriter(config, _store, files, layout.Staging, time), catalog, time);
        _sweep = new LeftoverSweep(_store, time);
    }

    /// <inheritdoc/>
    public IStaging Staging => _staging;

    /// <inheritdoc/>
    public long ChangeMark => _catalog.ChangeMark;

    /// <inheritdoc/>
    public bool NeedsSync => _sync.IsDue;

    /// <inheritdoc/>
    public string? Degraded => _catalog.Trouble ?? (_store.Trouble is { } trouble ? $"The object storage can't be used now, as {trouble}." : null);

    /// <summary>
    /// Opens the repository's files on this machine, without a request to the storage. Throws <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> where they can't be used.
    /// </summary>
    public static S3Backend Open(S3Config config, S3Layout layout, ICatalogFactory catalogs, TimeProvider time, ILogger logger)
    {
        layout.Create();
        var staging = new DiskStaging(layout.Staging, time, logger);
        staging.Open();

        return new S3Backend(
            config,
            layout,
            staging,
            catalogs.Open(config.Name, $"{S3Config.Type} {config.Fingerprint}", layout.Catalog),
            catalogs.CreateLocks(config.Name, layout.Locks),
            time,
            logger);
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Outcome<AccessLevel>>(_config.Secrets.GetAccess(secret));

    /// <inheritdoc/>
    public Task<Outcome<Publication>> PublishAsync(
        Secret secret, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken) =>
        TryAsync(() => _publisher.PublishAsync(file, staged, beforeCommit, cancellationToken), $"{file.Filename} was not published");

    /// <inheritdoc/>
    public ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        _downloads.OpenAsync(file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        _downloads.OpenMetadataAsync(file, cancellationToken);

    /// <inheritdoc/>
    public Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        TryAsync<MetadataFields>(async () => await _describer.ReadAsync(file, cancellationToken), $"the metadata of {file.Filename} can't be had");

    /// <inheritdoc/>
    public Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken) =>
        TryAsync(() => _records.ChangeAsync(project, change, beforeCommit, cancellationToken), $"{project} was not changed");

    /// <inheritdoc/>
    public async Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken)
    {
        var described = new List<CatalogedFile>();
        try
        {
            await _sweep.RunAsync(cancellationToken);
            foreach (var file in await _catalog.GetUndescribedAsync(DescribedAtOnce, cancellationToken))
            {
                described.Add(await _describer.DescribeAsync(file, cancellationToken));
            }
        }
        catch (S3Exception)
        {
            // Logged already; the next sync says it, too.
        }

        await _catalog.ChangeAsync(new CatalogChange { Described = described }, cancellationToken: cancellationToken);

        return described.Count;
    }

    /// <inheritdoc/>
    public async Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken) =>
        await _catalog.ReadChangesAsync(afterRevision, cancellationToken) is { } changes ? changes : IndexSync.NotScanned;

    /// <inheritdoc/>
    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => _catalog.CatchUpAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken) => _sync.SyncAsync(cancellationToken);

    /// <inheritdoc/>
    public StorageCondition Probe() => FolderProbe.Try(_layout.Staging, _layout.Staging, _layout.Index, _layout.Locks);

    /// <inheritdoc/>
    public async Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        // The command has the keys of the bucket and needs no secret; a wrong one is still refused, as a mistake.
        if (secret is not null && !_config.Secrets.Write.IsEmpty && !_config.Secrets.Write.Matches(secret))
        {
            return new Failure(FailureKind.Forbidden, "The secret given is not the repository's write secret.");
        }

        return await _sync.RebuildAsync(progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _catalog.Dispose();
        _sync.Dispose();
        _store.Dispose();
    }

    private static async Task<Outcome<T>> TryAsync<T>(Func<Task<Outcome<T>>> work, string otherwise)
    {
        try
        {
            return await work();
        }
        catch (S3Exception exception)
        {
            return S3Failure.Of(exception, otherwise);
        }
    }
}
