using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>A repository in a folder, in the layout of the original program, whose folders are served as they are.</summary>
internal sealed partial class FileSystemBackend : IRepositoryBackend
{
    private static readonly Failure Vanished = new(
        FailureKind.NotFound, "The file was removed from the storage, or replaced, since its index was read.");

    // The batch of the background work that reads the metadata of files.
    private const int DescribedAtOnce = 200;

    private readonly RepositorySecrets _secrets;
    private readonly StorageLayout _layout;
    private readonly IIndexCatalog _catalog;
    private readonly MetadataStore _documents;
    private readonly FileDescriber _describer;
    private readonly StoredFiles _files;
    private readonly ProjectRecords _records;
    private readonly PackagePublisher _publisher;
    private readonly IndexSync _sync;
    private readonly ILogger _logger;
    private readonly DiskStaging _staging;

    private FileSystemBackend(
        RepositorySecrets secrets, StorageLayout layout, DiskStaging staging, IIndexCatalog catalog, IProjectLocks locks, TimeProvider time, ILogger logger)
    {
        _secrets = secrets;
        _layout = layout;
        _catalog = catalog;
        _documents = new MetadataStore(layout.Metadata);
        _describer = new FileDescriber(layout, _documents);
        _files = new StoredFiles(layout, catalog, time, logger);
        var recordFiles = new RecordFiles(layout, staging, logger);
        var writer = new StorageWriter(layout, staging, recordFiles);
        var scan = new StorageScan(layout, _files, recordFiles, locks, catalog, time);
        _records = new ProjectRecords(scan, catalog, locks, writer);
        _publisher = new PackagePublisher(layout, catalog, locks, writer, _files, _describer, _records, time);
        _sync = new IndexSync(layout, catalog, scan, new BrokenUploads(layout, staging, locks), time);
        _logger = logger;
        _staging = staging;
    }

    /// <inheritdoc/>
    public IStaging Staging => _staging;

    /// <summary>Opens the repository and creates missing folders. Throws <see cref="IOException"/> where the disk refuses.</summary>
    public static FileSystemBackend Open(RepositorySecrets secrets, StorageLayout layout, ICatalogFactory catalogs, TimeProvider time, ILogger logger)
    {
        layout.Create();
        var staging = new DiskStaging(layout.Staging, time, logger);
        staging.Create();

        return new FileSystemBackend(
            secrets,
            layout,
            staging,
            catalogs.Open(layout.Repository, FileSystemBackendType.TypeName, layout.Catalog),
            catalogs.CreateLocks(layout.Repository, layout.Locks),
            time,
            logger);
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Outcome<AccessLevel>>(_secrets.GetAccess(secret));

    /// <inheritdoc/>
    public Task<Outcome<Publication>> PublishAsync(
        Secret secret, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken) =>
        _publisher.PublishAsync(file, staged, beforeCommit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken)
    {
        var path = _layout.File(file.Location, file.Filename.ToString());
        if (FileEntry.At(path) is { IsFile: true } found && found.Length == file.Size)
        {
            return ValueTask.FromResult<Outcome<Download>>(new Download.LocalFile(path));
        }

        Log.Vanished(_logger, path);

        return ValueTask.FromResult<Outcome<Download>>(Vanished);
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken)
    {
        if (file.MetadataSha256 is not { } digest)
        {
            throw new ArgumentException("The file has no metadata to be sent.", nameof(file));
        }

        // A document that is missing in the cache is read from the wheel again.
        var path = _documents.Find(digest);
        if (path is null
            && _describer.DocumentOf(file) is { } document
            && _documents.Add(document).Equals(digest))
        {
            path = _documents.Find(digest);
        }

        return ValueTask.FromResult<Outcome<Download>>(path is not null
            ? new Download.LocalFile(path)
            : Vanished);
    }

    /// <inheritdoc/>
    public async Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken)
    {
        try
        {
            return _describer.Read(file, await _catalog.TryGetFieldsAsync(file, cancellationToken));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Vanished;
        }
    }

    /// <inheritdoc/>
    public Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken) =>
        _records.ChangeAsync(project, change, beforeCommit, cancellationToken);

    /// <inheritdoc/>
    public async Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken)
    {
        var described = new List<CatalogedFile>();
        foreach (var file in await _catalog.GetUndescribedAsync(DescribedAtOnce, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            described.Add(Described(file));
        }

        await _catalog.ChangeAsync(new CatalogChange { Described = described }, cancellationToken: cancellationToken);

        return described.Count;
    }

    /// <inheritdoc/>
    public async Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken) =>
        await _catalog.ReadChangesAsync(afterRevision, cancellationToken) is { } changes ? changes : IndexSync.NotScanned;

    /// <inheritdoc/>
    public long ChangeMark => _catalog.ChangeMark;

    /// <inheritdoc/>
    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => _catalog.CatchUpAsync(cancellationToken);

    /// <inheritdoc/>
    public bool NeedsSync => _catalog.NeedsSync;

    /// <inheritdoc/>
    public Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken) =>
        _sync.SyncAsync(cancellationToken);

    /// <inheritdoc/>
    public string? Degraded => _catalog.Trouble;

    /// <inheritdoc/>
    public StorageCondition Probe() => FolderProbe.Try(_layout.Staging, _layout.Staging, _layout.Index, _layout.Locks);

    /// <inheritdoc/>
    public async Task<Outcome<SyncReport>> RebuildIndexAsync(
        Secret? secret, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        // The command has write access to the folder and needs no secret; a wrong one is still refused, as a mistake.
        if (secret is not null && !_secrets.Write.IsEmpty && !_secrets.Write.Matches(secret))
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
    }

    /// <summary>A file that can't be read is logged and gets no metadata, so that the others are described.</summary>
    private CatalogedFile Described(CatalogedFile file)
    {
        try
        {
            return _describer.Describe(file);
        }
        catch (Exception exception) when (StorageError.IsOfOneFile(exception) || exception is FileNotFoundException or DirectoryNotFoundException)
        {
            _files.WarnOnce(_layout.File(file.File.Location, file.File.Filename.ToString()), exception.Message);

            return file with { Fields = MetadataFields.None };
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A published file was removed or replaced behind the server's back: {Path}")]
        public static partial void Vanished(ILogger logger, string path);
    }
}
