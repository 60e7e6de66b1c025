using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>A repository in a folder, laid out as the original program did; a folder that it wrote is served as it is.</summary>
internal sealed partial class FileSystemBackend : IRepositoryBackend
{
    private static readonly Failure NeverLookedAt = new(
        FailureKind.Unavailable,
        "The storage of this repository is being read for the first time: try again in a few seconds.",
        TimeSpan.FromSeconds(3));

    private static readonly Failure Busy = new(
        FailureKind.Unavailable, "Another process is changing this project: try again in a moment.", TimeSpan.FromSeconds(5));

    private static readonly Failure Vanished = new(
        FailureKind.NotFound, "The file was removed from the storage, or replaced, since its index was read.");

    // So many files are read at a time in the background, between two looks at what else there is to do.
    private const int DescribedAtOnce = 200;

    // So often a look at the storage begins anew because another process brought another catalog in the place of this one.
    private const int RetriesOfScan = 3;

    private readonly FileSystemConfig _config;
    private readonly StorageLayout _layout;
    private readonly IndexCatalog _catalog;
    private readonly ProjectLocks _locks;
    private readonly StorageWriter _writer;
    private readonly MetadataStore _documents;
    private readonly FileDescriber _describer;
    private readonly StoredFiles _files;
    private readonly StorageScan _scan;
    private readonly UntrackedFiles _unseen;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _scanning = new(1);
    private readonly DiskStaging _staging;

    private FileSystemBackend(
        FileSystemConfig config, StorageLayout layout, DiskStaging staging, IndexCatalog catalog, TimeProvider time, ILogger logger)
    {
        _config = config;
        _layout = layout;
        _catalog = catalog;
        _locks = new ProjectLocks(layout.Locks, time);
        var records = new ProjectRecords(layout, staging, logger);
        _writer = new StorageWriter(layout, staging, records);
        _documents = new MetadataStore(layout.Metadata);
        _describer = new FileDescriber(layout, _documents);
        _files = new StoredFiles(layout, catalog, time, logger);
        _scan = new StorageScan(layout, _files, records, _locks, catalog, time);
        _unseen = new UntrackedFiles(layout, catalog);
        _time = time;
        _logger = logger;
        _staging = staging;
    }

    /// <inheritdoc/>
    public IStaging Staging => _staging;

    /// <summary>Opens the repository, making its folders where they are missing. Throws what the disk says when it can't.</summary>
    public static FileSystemBackend Open(FileSystemConfig config, StorageLayout layout, TimeProvider time, ILogger logger)
    {
        layout.Create();
        var staging = new DiskStaging(layout.Staging, time, logger);
        staging.Open();

        return new FileSystemBackend(config, layout, staging, IndexCatalog.Open(layout.Catalog, time, logger), time, logger);
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken)
    {
        // Both are compared whatever the first one says: the time taken tells nothing.
        var writes = _config.WriteSecret.Matches(secret);
        var reads = _config.ReadSecret.Matches(secret);

        return ValueTask.FromResult<Outcome<AccessLevel>>(writes ? AccessLevel.Write : reads ? AccessLevel.Read : AccessLevel.None);
    }

    /// <inheritdoc/>
    public async Task<Outcome<Publication>> PublishAsync(Secret secret, NewFile file, StagedFile staged, CancellationToken cancellationToken)
    {
        if (file.Filename.ToString().Length > StorageLayout.LongestFilename)
        {
            return new Failure(
                FailureKind.Invalid, $"The name of the file is longer than the {StorageLayout.LongestFilename} characters that this storage takes.");
        }

        using var held = await _locks.TryLockAsync(file.Filename.Project, cancellationToken);
        if (held is null)
        {
            return Busy;
        }

        var record = await RecordOfAsync(file.Filename.Project, cancellationToken);
        if (record.RefusalOf(file.Filename) is { } refused)
        {
            return refused;
        }

        var existing = await FindAsync(file.Filename, cancellationToken);

        return existing.Failure is { } unknown ? unknown
            : existing.Value.Count > 0 ? ExistingPublication.TellApart(file.Filename, staged.Sha256, existing.Value)
            : await PublishedAsync(file, staged);
    }

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

        // It is a cache: what is gone from it is read from the wheel again.
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
    public Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Outcome<MetadataFields>>(_describer.Read(file, _catalog.FieldsOf(file.Filename.ToString())));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Outcome<MetadataFields>>(Vanished);
        }
    }

    /// <inheritdoc/>
    public async Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret, ProjectName project, Func<ProjectRecord, Outcome<ProjectRecord>> change, CancellationToken cancellationToken)
    {
        using var held = await _locks.TryLockAsync(project, cancellationToken);
        if (held is null)
        {
            return Busy;
        }

        var before = await RecordOfAsync(project, cancellationToken);
        if (before.UnreadableOf(project) is { } unreadable)
        {
            return unreadable;
        }

        var after = change(before);
        if (after.Failure is null)
        {
            await DecideAsync(project, before, after.Value, cancellationToken);
        }

        return after;
    }

    /// <inheritdoc/>
    public async Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken)
    {
        var described = new List<CatalogedFile>();
        foreach (var file in _catalog.Undescribed(DescribedAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            described.Add(Described(file));
        }

        await _catalog.ChangeAsync(new CatalogChange { Described = described }, cancellationToken: cancellationToken);

        return described.Count;
    }

    /// <inheritdoc/>
    public Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<IndexChanges>>(
            _catalog.ReadChanges(afterRevision) is { } changes ? changes : NeverLookedAt);

    /// <inheritdoc/>
    public long ChangeMark => _catalog.ChangeMark;

    /// <inheritdoc/>
    public bool NeedsSync => _catalog.NeedsSync;

    /// <inheritdoc/>
    public Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken) =>
        ScanAsync(thoroughly: false, new Progress<RebuildProgress>(), cancellationToken);

    /// <inheritdoc/>
    public StorageCondition Probe() => FolderProbe.Try(_layout.Staging, _layout.Staging, _layout.Index, _layout.Locks);

    /// <inheritdoc/>
    public async Task<Outcome<SyncReport>> RebuildIndexAsync(
        Secret? secret, IProgress<RebuildProgress> progress, CancellationToken cancellationToken)
    {
        // Whoever runs this may write the folder, and needs no secret for it; one that is known to be wrong is a mistake all the same.
        if (secret is not null && _config.WriteSecret.Reveal().Length > 0 && !_config.WriteSecret.Matches(secret))
        {
            return new Failure(FailureKind.Forbidden, "The secret given is not the repository's write secret.");
        }

        var report = await ScanAsync(thoroughly: true, progress, cancellationToken);
        if (report.Failure is null)
        {
            if (_catalog.ReadChanges(0) is not { } changes)
            {
                return NeverLookedAt;
            }

            var index = RepositoryIndex.Empty.With(changes);
            OriginalIndex.Write(_layout, index.Projects.Where(project => project.Record.IsReadable).SelectMany(project => project.InOrder()), _time.GetUtcNow());
        }

        return report;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _catalog.Dispose();
        _scanning.Dispose();
    }

    private async Task<Outcome<SyncReport>> ScanAsync(
        bool thoroughly, IProgress<RebuildProgress> progress, CancellationToken cancellationToken)
    {
        await _scanning.WaitAsync(cancellationToken);
        try
        {
            if (thoroughly)
            {
                // Servers go on with what they know until the new one is complete.
                _catalog.Renew();
            }

            return await ScanAsync(RetriesOfScan, thoroughly, progress, cancellationToken);
        }
        finally
        {
            _scanning.Release();
        }
    }

    private async Task<SyncReport> ScanAsync(
        int retries, bool thoroughly, IProgress<RebuildProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await _scan.RunAsync(thoroughly, progress, cancellationToken);
        }
        catch (CatalogReplacedException) when (retries > 0)
        {
            return await ScanAsync(retries - 1, thoroughly, progress, cancellationToken);
        }
    }

    /// <summary>What was decided about a project whose lock we hold, as the storage says it now; the index is told where it has heard otherwise.</summary>
    private async Task<ProjectRecord> RecordOfAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var record = _scan.RecordOf(project);
        if (!record.Equals(_catalog.RecordOf(project)))
        {
            await _catalog.ChangeAsync(new CatalogChange { ChangedRecord = (project, record) }, cancellationToken: cancellationToken);
        }

        return record;
    }

    /// <summary>One file that can't be read does not keep the others from being described.</summary>
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

    /// <summary>Keeps a record, then removes what it says is deleted: until that is done, the record keeps it out of the index.</summary>
    private async Task DecideAsync(ProjectName project, ProjectRecord before, ProjectRecord after, CancellationToken cancellationToken)
    {
        if (!after.Equals(before))
        {
            await KeepAsync(project, before, after, cancellationToken);
        }

        var deleted = after.Deleted.Keys.Select(_catalog.Find).OfType<CatalogedFile>().Select(file => file.File).ToList();
        deleted.ForEach(_writer.Remove);
        await _catalog.ChangeAsync(new CatalogChange { Removed = [.. deleted.Select(file => file.Filename.ToString())] }, cancellationToken: CancellationToken.None);
    }

    /// <summary>Keeps a record in the storage and in the catalog, or in neither: what is answered has to be what became of it.</summary>
    private async Task KeepAsync(ProjectName project, ProjectRecord before, ProjectRecord after, CancellationToken cancellationToken)
    {
        var isKept = false;
        try
        {
            await _catalog.ChangeAsync(
                new CatalogChange { ChangedRecord = (project, after) },
                () =>
                {
                    isKept = true;
                    _writer.Keep(project, after);
                },
                cancellationToken);
        }
        catch when (isKept)
        {
            _writer.Keep(project, before);
            throw;
        }
    }

    /// <summary>
    /// What is published of that identity, under whatever name, also if it came behind our back and no look at the storage found it yet.
    /// </summary>
    private async Task<Outcome<IReadOnlyList<CatalogedFile>>> FindAsync(DistributionFilename filename, CancellationToken cancellationToken)
    {
        var existing = _catalog.Find(filename.Identity)
            .Where(known => FileEntry.At(_layout.File(known.File.Location, known.File.Filename.ToString())).IsFile)
            .ToList();
        foreach (var unseen in _unseen.Find(filename))
        {
            if (await _files.ReadAsync(unseen, filename.Project.ToString(), trustMeta: false, cancellationToken) is not { } found)
            {
                return Busy;
            }

            await _catalog.ChangeAsync(new CatalogChange { Published = [found] }, cancellationToken: cancellationToken);
            existing.Add(found);
        }

        return existing;
    }

    private async Task<Outcome<Publication>> PublishedAsync(NewFile file, StagedFile staged)
    {
        var uploadedAt = UnixTime.Truncate(_time.GetUtcNow());
        var meta = MetaFile.Write(UploadMeta.Of(file, staged.Sha256, uploadedAt));
        if (meta.Length > MetaFile.MaxBytes)
        {
            return new Failure(
                FailureKind.Invalid, $"The fields of the form take {meta.Length} bytes as they are kept, and {MetaFile.MaxBytes} are read: shorten the description.");
        }

        if (_writer.TryPublish(file, staged, meta, uploadedAt) is not { } published)
        {
            var path = _layout.File(file.Filename.Project.ToString(), file.Filename.ToString());

            return FileEntry.At(path).Kind is FileEntryKind.File or FileEntryKind.None ? Busy : Obstructed(file.Filename, path);
        }

        try
        {
            await _catalog.ChangeAsync(new CatalogChange { Published = [_describer.Describe(published, file.Description)] });
            _unseen.Changed(file.Filename.Project);
        }
        catch
        {
            // It will not be acknowledged, so it must not be there.
            _writer.Remove(published.File);
            throw;
        }

        return Publication.Published;
    }

    private Failure Obstructed(DistributionFilename filename, string path)
    {
        _files.WarnOnce(path, "it is no regular file, and keeps one of that name from being published");

        return new Failure(
            FailureKind.Unavailable, $"What lies in the storage under the name {filename} is no file: the server's operator has to remove it.", TimeSpan.FromSeconds(30));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A published file was removed or replaced behind the server's back: {Path}")]
        public static partial void Vanished(ILogger logger, string path);
    }
}
