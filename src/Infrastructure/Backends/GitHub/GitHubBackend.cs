using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Downloads;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Infrastructure.Backends.GitHub.Tokens;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// A repository of packages in the releases of a repository on GitHub, in the layout of the original program, so that both can work on one. Callers
/// bring tokens of their own; background work uses the admin secret.
/// </summary>
internal sealed class GitHubBackend : IRepositoryBackend
{
    private static readonly Failure NoToken = new(
        FailureKind.Invalid, "GitHub needs a token: --secret_env names the environment variable that holds it.");

    private readonly GitHubLayout _layout;
    private readonly Secret? _adminSecret;
    private readonly DiskStaging _staging;
    private readonly IIndexCatalog _catalog;
    private readonly TokenAccess _access;
    private readonly TokenAccounts _accounts;
    private readonly WriteQueue _writes;
    private readonly IndexSync _sync;
    private readonly IndexWriter _writer;
    private readonly PendingUploads _pending;
    private readonly ProjectRecords _records;
    private readonly PackagePublisher _publisher;
    private readonly FileDownloads _downloads;
    private readonly BackgroundWork _background;

    private GitHubBackend(
        GitHubConfig config,
        GitHubLayout layout,
        GitHubApi api,
        DiskStaging staging,
        IIndexCatalog catalog,
        Secret? adminSecret,
        AuthenticationLifetimes lifetimes,
        TokenQuota quota,
        TimeProvider time,
        ILogger logger)
    {
        (_layout, _adminSecret, _staging, _catalog) = (layout, adminSecret, staging, catalog);
        _access = new TokenAccess(api, adminSecret, KnownTokens.Open(layout.KnownTokens, time, logger), quota, lifetimes, time);
        _accounts = new TokenAccounts(api, time);
        _writes = new WriteQueue(time);

        var index = new RemoteIndex(config, api, layout.IndexCopy, time, logger);
        _sync = new IndexSync(config, api, index, catalog, time, logger);
        _writer = new IndexWriter(config, api, index, _writes, time, logger);
        _pending = new PendingUploads(config, api, catalog, _writer);

        var documents = new MetadataStore(layout.Metadata);
        var urls = new SignedUrls(api, time);
        var assets = new DownloadCache(Instruments.GitHubCache, staging, new DownloadStore(layout.Assets, config.MaxCacheBytes, time, logger), time, logger);
        var wheels = new WheelMetadataBackfill(new RemoteWheelReader(layout.Staging, time), urls, catalog, documents, time);
        _downloads = new FileDownloads(config.Proxies, urls, assets, wheels, documents);

        var removal = new ReleaseRemoval(api, time);
        _records = new ProjectRecords(new RemoteRecords(config, api, catalog, _writes, time), index, removal, catalog, adminSecret);
        _publisher = new PackagePublisher(
            config, _records, catalog, new ReleasePublisher(api, _writes, time, logger), removal, _pending, documents, staging, time);
        _background = new BackgroundWork(
            new MissingFileDetails(config, api, catalog, time),
            new Housekeeping(new DraftCleanup(api, time, logger), config.WritesIndex ? _writer : null, time),
            wheels,
            time);
    }

    /// <inheritdoc/>
    public IStaging Staging => _staging;

    /// <inheritdoc/>
    public IDecoy Decoy => _access;

    /// <inheritdoc/>
    public long ChangeMark => _catalog.ChangeMark;

    /// <inheritdoc/>
    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => _catalog.CatchUpAsync(cancellationToken);

    /// <inheritdoc/>
    public bool NeedsSync => _catalog.NeedsSync;

    /// <summary>
    /// Opens the repository's files on this machine, without a request to GitHub. Throws <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> when they can't be used.
    /// </summary>
    public static GitHubBackend Open(
        GitHubConfig config,
        GitHubLayout layout,
        GitHubApi api,
        ICatalogFactory catalogs,
        Secret? adminSecret,
        AuthenticationLifetimes lifetimes,
        TokenQuota quota,
        TimeProvider time,
        ILogger logger)
    {
        layout.Create();
        var staging = new DiskStaging(layout.Staging, time, logger);
        staging.Open();

        return new GitHubBackend(config, layout, api, staging, catalogs.Open(config.Name, $"{GitHubConfig.Type} {config.Assets}", layout.Catalog), adminSecret, lifetimes, quota, time, logger);
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        _access.GetAsync(secret, from, wanted, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> GetAccountAsync(Secret secret) => _accounts.GetAsync(secret);

    /// <inheritdoc/>
    public async Task<Outcome<Publication>> PublishAsync(
        Secret secret, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken) =>
        ForgetIfUnauthenticated(secret, await _publisher.PublishAsync(secret, file, staged, beforeCommit, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        ForgetIfUnauthenticated(secret, await _downloads.OpenAsync(secret, file, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        ForgetIfUnauthenticated(secret, await _downloads.OpenMetadataAsync(secret, file, cancellationToken));

    /// <inheritdoc/>
    public async Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        (await _catalog.TryGetFieldsAsync(file, cancellationToken) ?? MetadataFields.None).Or(_downloads.FieldsOf(file));

    /// <inheritdoc/>
    public async Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken) =>
        ForgetIfUnauthenticated(secret, await _records.ChangeAsync(secret, project, change, beforeCommit, cancellationToken));

    /// <inheritdoc/>
    public async Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken) =>
        await _catalog.ReadChangesAsync(afterRevision, cancellationToken) is { } changes ? changes : IndexSync.NotReadYet;

    /// <inheritdoc/>
    public async Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken)
    {
        // Not at each request: a token that a crash loses has to be checked with GitHub again, no more.
        _access.Save();
        if (_adminSecret is not { } token)
        {
            return NoToken;
        }

        var basis = await _catalog.BeginSyncAsync(cancellationToken);
        var report = await _sync.SyncAsync(token, cancellationToken);
        if (report.Failure is not null)
        {
            return report;
        }

        var unknown = await _records.SyncAsync(token, cancellationToken);
        if (_records.AreKnown)
        {
            // Without the records the catalog could offer what is deleted or yanked.
            await _catalog.MarkCompleteAsync(basis, cancellationToken);
        }

        var written = await _pending.WriteAsync(token, cancellationToken);
        if ((unknown ?? written.Failure) is { } failure)
        {
            return failure;
        }

        return written.Value ? await _sync.SyncAsync(token, cancellationToken) : report;
    }

    /// <inheritdoc/>
    public string? Degraded => _catalog.Trouble;

    /// <inheritdoc/>
    public StorageCondition Probe() => FolderProbe.Try(_layout.Index, _layout.Index, _layout.Staging);

    /// <inheritdoc/>
    public async Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        (secret ?? _adminSecret) is { } token ? await _writer.UpdateAsync(token, progress, cancellationToken) : NoToken;

    /// <inheritdoc/>
    public async Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken) =>
        _adminSecret is { } token && await _catalog.IsCompleteAsync(cancellationToken) ? await _background.RunAsync(token, cancellationToken) : 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _access.Save();
        _writer.Dispose();
        _sync.Dispose();
        _records.Dispose();
        _writes.Dispose();
        _catalog.Dispose();
    }

    /// <summary>Has a token checked again after GitHub refused it, whatever it was allowed before.</summary>
    private Outcome<T> ForgetIfUnauthenticated<T>(Secret secret, Outcome<T> outcome)
    {
        if (outcome.Failure?.Kind == FailureKind.Unauthenticated)
        {
            _access.Forget(secret);
        }

        return outcome;
    }
}
