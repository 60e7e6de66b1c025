using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Downloads;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Infrastructure.Backends.GitHub.Tokens;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// A repository in the releases of a repository on GitHub, laid out as the original program does: both can work on one. Callers bring tokens of
/// their own; what nobody asks for is done with the admin secret's.
/// </summary>
internal sealed class GitHubBackend : IRepositoryBackend
{
    private static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromMinutes(1);

    private static readonly Failure NeverRead = new(
        FailureKind.Unavailable, "The index of this repository was not read from GitHub yet: try again in a few seconds.", TimeSpan.FromSeconds(3));

    private static readonly Failure NoToken = new(
        FailureKind.Invalid, "GitHub needs a token: --secret_env names the environment variable that holds it.");

    private readonly GitHubConfig _config;
    private readonly GitHubLayout _layout;
    private readonly Secret? _adminSecret;
    private readonly TimeProvider _time;
    private readonly IndexCatalog _catalog;
    private readonly DiskStaging _staging;
    private readonly MetadataStore _documents;
    private readonly WriteQueue _writes;
    private readonly KnownTokens _knownTokens;
    private readonly TokenAccess _access;
    private readonly SignedUrls _urls;
    private readonly AssetCache _assets;
    private readonly RemoteIndex _remote;
    private readonly IndexSync _sync;
    private readonly IndexWriter _writer;
    private readonly PendingUploads _pending;
    private readonly MissingFileDetails _missingDetails;
    private readonly WheelMetadataBackfill _backfill;
    private readonly RemoteRecords _records;
    private readonly ReleasePublisher _publisher;
    private readonly ReleaseRemoval _removal;
    private readonly Housekeeping _housekeeping;
    // By the one loop that describes.
    private Troubled? _troubled;

    private GitHubBackend(
        GitHubConfig config,
        GitHubLayout layout,
        GitHubApi api,
        DiskStaging staging,
        IndexCatalog catalog,
        Secret? adminSecret,
        AuthenticationLifetimes lifetimes,
        TokenQuota quota,
        TimeProvider time,
        ILogger logger)
    {
        (_config, _layout, _adminSecret, _time, _catalog, _staging) = (config, layout, adminSecret, time, catalog, staging);
        _documents = new MetadataStore(layout.Metadata);
        _writes = new WriteQueue(time);
        _knownTokens = KnownTokens.Open(layout.KnownTokens, time, logger);
        _access = new TokenAccess(api, adminSecret, _knownTokens, quota, lifetimes, time);
        _urls = new SignedUrls(api, time);
        _assets = new AssetCache(_urls, staging, new AssetStore(layout.Assets, config.MaxCacheBytes, time, logger), time, logger);
        _remote = new RemoteIndex(config, api, layout.IndexCopy, time, logger);
        _sync = new IndexSync(config, api, _remote, catalog, time, logger);
        _writer = new IndexWriter(config, api, _remote, _writes, time, logger);
        _pending = new PendingUploads(config, api, catalog, _writer);
        _missingDetails = new MissingFileDetails(config, api, catalog, time);
        _backfill = new WheelMetadataBackfill(new RemoteWheelReader(_urls, layout.Staging, time), catalog, _documents, time);
        _records = new RemoteRecords(config, api, catalog, _writes, time);
        _publisher = new ReleasePublisher(api, _writes, time, logger);
        _removal = new ReleaseRemoval(api, time);
        _housekeeping = new Housekeeping(new DraftCleanup(api, time, logger), config.WritesIndex ? _writer : null, time);
    }

    /// <inheritdoc/>
    public IStaging Staging => _staging;

    /// <inheritdoc/>
    public IDecoy Decoy => _access;

    /// <summary>Opens the repository's local part; GitHub is not asked. Throws what the disk says when it can't.</summary>
    public static GitHubBackend Open(
        GitHubConfig config,
        GitHubLayout layout,
        GitHubApi api,
        Secret? adminSecret,
        AuthenticationLifetimes lifetimes,
        TokenQuota quota,
        TimeProvider time,
        ILogger logger)
    {
        layout.Create();
        var staging = new DiskStaging(layout.Staging, time, logger);
        staging.Open();

        return new GitHubBackend(config, layout, api, staging, IndexCatalog.Open(layout.Catalog, time, logger), adminSecret, lifetimes, quota, time, logger);
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        _access.OfAsync(secret, from, wanted, cancellationToken);

    /// <inheritdoc/>
    public async Task<Outcome<Publication>> PublishAsync(Secret secret, NewFile file, StagedFile staged, CancellationToken cancellationToken)
    {
        // What was decided elsewhere is known within a minute; what matters of it is looked for after the publication.
        var project = file.Filename.Project;
        if ((!_records.AreKnown || _records.ProblemOf(project) is not null)
            && await LookForRecordsAsync(secret, cancellationToken) is { } unknown
            && !_records.AreKnown)
        {
            return Heed(secret, unknown);
        }

        if (_records.ProblemOf(project) is { } problem)
        {
            return _catalog.RecordOf(project).UnreadableOf(project) ?? GitHubFailure.Of(problem, $"{file.Filename} was not published");
        }

        if (_catalog.RecordOf(project).RefusalOf(file.Filename) is { } refused)
        {
            return refused;
        }

        if (!_catalog.IsComplete)
        {
            // It could be published under another name.
            return NeverRead;
        }

        // GitHub tells files apart by their names: under its own it decides, under another one what is known here.
        var existing = _catalog.Find(file.Filename.Identity);
        if (existing.Count > 0 && existing.All(other => !other.File.Filename.Equals(file.Filename)))
        {
            return PublishedBefore.TellApart(file.Filename, staged.Sha256, existing);
        }

        var stagedAttestations = await StageAsync(file.Attestations, cancellationToken);
        if (stagedAttestations.Failure is { } notStaged)
        {
            return notStaged;
        }

        await using var attestations = stagedAttestations.Value;
        var uploadedAt = UnixTime.Truncate(_time.GetUtcNow());
        var meta = UploadMeta.Of(file, staged.Sha256, uploadedAt);
        var released = await _publisher.PublishAsync(secret, file.Filename, staged, attestations, meta, cancellationToken);
        if (released.Failure is { } failure)
        {
            return Heed(secret, failure);
        }

        // From here on it is published, whether anybody waits or not. A deletion decides before it removes: whoever publishes into the gap between
        // finds that decided now.
        await LookForRecordsAsync(secret, CancellationToken.None);
        if (_catalog.RecordOf(project).RefusalOf(file.Filename) is { Kind: FailureKind.Conflict } taken)
        {
            return await WithdrawAsync(secret, file.Filename.ToString(), released.Value.Asset.Url, CancellationToken.None) ?? taken;
        }

        try
        {
            if (released.Value.Publication == Publication.AlreadyPublished && _catalog.Find(file.Filename.ToString()) is not null)
            {
                return Publication.AlreadyPublished;
            }

            if (await ShowAsync(file, staged, released.Value, uploadedAt) is { Count: > 0 } faster)
            {
                return await WithdrawAsync(secret, file.Filename.ToString(), released.Value.Asset.Url, CancellationToken.None) is { } left
                    ? left
                    : PublishedBefore.TellApart(file.Filename, staged.Sha256, faster);
            }

            return released.Value.Publication;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            return new Failure(
                FailureKind.Unavailable,
                $"{file.Filename} is published on GitHub, and can't be listed here yet, as this server's disk is in trouble: upload it again later.",
                TimeSpan.FromSeconds(30));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken)
    {
        try
        {
            if (!_config.Proxies && await _urls.OfAsync(secret, new Uri(file.Location), cancellationToken) is { } location)
            {
                return new Download.Redirect(new UriBuilder(location) { Fragment = $"sha256={file.Sha256}" }.Uri);
            }

            // Where GitHub sends the bytes itself there is nowhere to redirect to.
            var content = await _assets.OpenAsync(secret, file, cancellationToken);

            return content.Failure is { } failure ? Heed(secret, failure) : content;
        }
        catch (GitHubException exception)
        {
            return Heed(secret, AssetCache.FailureOf(exception, file));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken)
    {
        var digest = file.MetadataSha256 ?? throw new ArgumentException("The file has no metadata to be sent.", nameof(file));
        try
        {
            // It is a cache: what is gone from it is read from the wheel again.
            if (_documents.Find(digest) is { } kept)
            {
                return new Download.LocalFile(kept);
            }

            await _backfill.ReadAsync(secret, file, cancellationToken);
        }
        catch (GitHubException exception)
        {
            return Heed(secret, AssetCache.FailureOf(exception, file));
        }

        return _documents.Find(digest) is { } path
            ? new Download.LocalFile(path)
            : new Failure(FailureKind.BadGateway, $"The metadata of {file.Filename} can't be read, or is not what it was: install the file itself.");
    }

    /// <inheritdoc/>
    public Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<MetadataFields>>((_catalog.FieldsOf(file.Filename.ToString()) ?? MetadataFields.None).Or(FieldsOf(file.MetadataSha256)));

    /// <inheritdoc/>
    public async Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret, ProjectName project, Func<ProjectRecord, Outcome<ProjectRecord>> change, CancellationToken cancellationToken)
    {
        try
        {
            var record = await _records.ChangeAsync(secret, project, change, cancellationToken);
            if (record.Failure is null)
            {
                await RemoveDeletedAsync(secret, record.Value, cancellationToken);
            }

            return record;
        }
        catch (GitHubException exception)
        {
            return Heed(secret, GitHubFailure.Of(exception, $"nothing is certain about {project}; repeat this"));
        }
    }

    /// <inheritdoc/>
    public Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<IndexChanges>>(_catalog.ReadChanges(afterRevision) is { } changes ? changes : NeverRead);

    /// <inheritdoc/>
    public long ChangeMark => _catalog.ChangeMark;

    /// <inheritdoc/>
    public bool NeedsSync => _catalog.NeedsSync;

    /// <inheritdoc/>
    public async Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken)
    {
        // Here, and not by requests: a token that is lost by a crash is a stranger's again, no more.
        _knownTokens.Save();
        if (_adminSecret is not { } token)
        {
            return NoToken;
        }

        var basis = _catalog.BeginSync();
        var report = await _sync.SyncAsync(token, cancellationToken);
        if (report.Failure is not null)
        {
            return report;
        }

        var unknown = await SyncRecordsAsync(token, cancellationToken);
        if (_records.AreKnown)
        {
            // Before, it could offer what somebody has withdrawn.
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
    public StorageCondition Probe() => FolderProbe.Try(_layout.Index, _layout.Index, _layout.Staging);

    /// <inheritdoc/>
    public async Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<RebuildProgress> progress, CancellationToken cancellationToken) =>
        (secret ?? _adminSecret) is { } token ? await _writer.UpdateAsync(token, progress, cancellationToken) : NoToken;

    /// <inheritdoc/>
    public async Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken)
    {
        if (_adminSecret is not { } token || !_catalog.IsComplete)
        {
            return 0;
        }

        // Nobody waits for it: trouble of GitHub's, or of the token, is not asked about every second.
        if (_troubled is { Failure: var still } && _time.GetUtcNow() < _troubled.Until)
        {
            return still;
        }

        var described = await DescribeAsync(token, cancellationToken);
        var pause = described.Failure?.RetryAfter > PauseAfterTrouble ? described.Failure.RetryAfter.Value : PauseAfterTrouble;
        _troubled = described.Failure is { } failure ? new Troubled(failure, _time.GetUtcNow() + pause) : null;

        return described;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _knownTokens.Save();
        _writer.Dispose();
        _sync.Dispose();
        _records.Dispose();
        _writes.Dispose();
        _catalog.Dispose();
    }

    private async Task<Outcome<int>> DescribeAsync(Secret token, CancellationToken cancellationToken)
    {
        var measured = await _missingDetails.FillFromReleasesAsync(token, cancellationToken);
        if (measured.Failure is not null || measured.Value > 0)
        {
            return measured;
        }

        try
        {
            if (await _housekeeping.RunAsync(token, cancellationToken) is { } notDone)
            {
                return notDone;
            }

            return await _backfill.DescribeAsync(token, cancellationToken);
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, "the metadata of some wheels was not read");
        }
    }

    /// <summary>What GitHub has refused is not believed any longer.</summary>
    private Failure Heed(Secret secret, Failure failure)
    {
        if (failure.Kind == FailureKind.Unauthenticated)
        {
            _access.Forget(secret);
        }

        return failure;
    }

    /// <summary>What the wheel itself says, where that is kept here.</summary>
    private MetadataFields FieldsOf(Sha256Digest? document) =>
        document is { } digest && _documents.Find(digest) is { } path && CoreMetadata.TryParse(File.ReadAllBytes(path), out var metadata, out _)
            ? MetadataFields.Of(metadata)
            : MetadataFields.None;

    private async Task<Outcome<StagedFile?>> StageAsync(string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return Outcome.Of<StagedFile?>(null);
        }

        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var staged = await _staging.StageAsync(content, long.MaxValue, new HashSet<DigestAlgorithm>(), cancellationToken);

        return staged.Failure is { } failure ? failure : staged.Value;
    }

    /// <summary>Lists what was published; not where somebody was faster with the same file under other names, which it gives back.</summary>
    private async Task<IReadOnlyList<CatalogedFile>> ShowAsync(NewFile file, StagedFile staged, PublishedRelease released, DateTimeOffset uploadedAt)
    {
        var described = new PackageFile
        {
            Filename = file.Filename,
            Location = new Uri(_config.Assets, released.Asset.Id.ToString(CultureInfo.InvariantCulture)).AbsoluteUri,
            Size = staged.Length,
            Sha256 = staged.Sha256,
            RequiresPython = file.RequiresPython,
            UploadedAt = uploadedAt,
            Summary = SummaryLine.Of(file.Description.Fields["summary"]),
            MetadataSha256 = file.Description.Metadata.IsEmpty ? null : _documents.Add(file.Description.Metadata.Span),
        };

        var shown = new CatalogedFile(described, IndexedFile.Pending, file.Description.Fields);
        if (released.Publication == Publication.Published)
        {
            if (await _catalog.AddUnlessThereAsync(shown) is { Count: > 0 } faster)
            {
                return faster;
            }
        }
        else
        {
            // It was there before, so it is no more the second than another one.
            await _catalog.ChangeAsync(new CatalogChange { Published = [shown] });
        }

        _pending.Add(released.Release);

        return [];
    }

    /// <summary>
    /// Looks for what was decided about projects since; null when that is known. With the admin secret, as nobody asked for it, and as GitHub
    /// does not count what it was asked by the same token before; where that one can't, with the caller's.
    /// </summary>
    private async Task<Failure?> LookForRecordsAsync(Secret caller, CancellationToken cancellationToken)
    {
        Failure? failure = null;
        foreach (var token in _adminSecret is { } admin ? (Secret[])[admin, caller] : [caller])
        {
            failure = (await _remote.FindAsync(token, cancellationToken)).Failure ?? await SyncRecordsAsync(token, cancellationToken);
            if (failure is null)
            {
                break;
            }
        }

        return failure;
    }

    /// <summary>Brings what was decided about projects, as of the last look, into the catalog; null when that is done.</summary>
    private async Task<Failure?> SyncRecordsAsync(Secret token, CancellationToken cancellationToken)
    {
        try
        {
            await _records.SyncAsync(token, _remote.RecordsFolder, cancellationToken);

            return null;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, "it is not known what was decided about projects");
        }
    }

    /// <summary>Withdraws what a record says is deleted, as far as it is there.</summary>
    private async Task RemoveDeletedAsync(Secret token, ProjectRecord record, CancellationToken cancellationToken)
    {
        foreach (var file in record.Deleted.Keys.Select(name => _catalog.Find(name)?.File).OfType<PackageFile>().ToList())
        {
            var filename = file.Filename.ToString();
            await _removal.RemoveAsync(token, filename, new Uri(file.Location), cancellationToken);
            await _catalog.ChangeAsync(new CatalogChange { Removed = [filename] }, cancellationToken: CancellationToken.None);
        }
    }

    /// <summary>Takes back what was published under a name that had just been deleted; null when that is done.</summary>
    private async Task<Failure?> WithdrawAsync(Secret token, string filename, Uri asset, CancellationToken cancellationToken)
    {
        try
        {
            await _removal.RemoveAsync(token, filename, asset, cancellationToken);

            return null;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, $"{filename}, which was deleted meanwhile, is still on GitHub");
        }
    }

    /// <param name="Failure">What the background met.</param>
    /// <param name="Until">When it goes on.</param>
    private sealed record Troubled(Failure Failure, DateTimeOffset Until);
}
