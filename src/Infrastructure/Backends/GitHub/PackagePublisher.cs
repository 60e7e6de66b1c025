using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// Publishes an uploaded file: checks what is known of its name, has a release made of it, and lists it. Safe for concurrent use.
/// </summary>
/// <param name="config">Of the repository.</param>
/// <param name="records">What was decided about projects.</param>
/// <param name="catalog">What the server offers.</param>
/// <param name="releases">Makes releases.</param>
/// <param name="removal">Removes a release that turns out to be one too many.</param>
/// <param name="pending">What the index file lacks.</param>
/// <param name="documents">Metadata documents on this disk.</param>
/// <param name="staging">Where attestations are until they are on GitHub.</param>
/// <param name="time">The clock.</param>
internal sealed class PackagePublisher(
    GitHubConfig config,
    ProjectRecords records,
    IIndexCatalog catalog,
    ReleasePublisher releases,
    ReleaseRemoval removal,
    PendingUploads pending,
    MetadataStore documents,
    DiskStaging staging,
    TimeProvider time)
{
    /// <inheritdoc cref="IRepositoryBackend.PublishAsync"/>
    public async Task<Outcome<Publication>> PublishAsync(
        Secret token, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken)
    {
        if (await RefusalOfAsync(token, file.Filename, staged, cancellationToken) is { } refused)
        {
            return refused;
        }

        var stagedAttestations = await StageAsync(file.Attestations, cancellationToken);
        if (stagedAttestations.Failure is { } notStaged)
        {
            return notStaged;
        }

        await using var attestations = stagedAttestations.Value;
        var uploadedAt = UnixTime.Truncate(file.UploadedAt ?? time.GetUtcNow());
        var meta = UploadMeta.Of(file, staged.Sha256, uploadedAt);
        var released = await releases.PublishAsync(token, file.Filename, staged, attestations, meta, beforeCommit, cancellationToken);

        return released.Failure is { } failure ? failure : await ListAsync(token, file, staged, released.Value, uploadedAt);
    }

    /// <summary>The answer where the file is not to be published, or is published already under another spelling of its name; else null.</summary>
    private async Task<Outcome<Publication>?> RefusalOfAsync(
        Secret token, DistributionFilename filename, StagedFile staged, CancellationToken cancellationToken)
    {
        // Records that were fetched within the last minute are good enough here: they are fetched again after the publication.
        var project = filename.Project;
        var notPublished = $"{filename} was not published";
        if ((!records.AreKnown || await records.FindProblemAsync(project, notPublished, cancellationToken) is not null)
            && await records.RefreshAsync(token, cancellationToken) is { } unknown
            && !records.AreKnown)
        {
            return unknown;
        }

        if ((await records.FindProblemAsync(project, notPublished, cancellationToken)
            ?? (await catalog.GetRecordAsync(project, cancellationToken)).RefusalOf(filename)) is { } refused)
        {
            return refused;
        }

        // The same file may be published under another spelling of its name.
        if (!await catalog.IsCompleteAsync(cancellationToken))
        {
            return IndexSync.NotReadYet;
        }

        // GitHub decides about a file of the same name, the catalog about other spellings of it.
        var existing = await catalog.FindAsync(filename.Identity, cancellationToken);

        return existing.Count > 0 && existing.All(other => !other.File.Filename.Equals(filename))
            ? ExistingPublication.TellApart(filename, staged.Sha256, existing)
            : (Outcome<Publication>?)null;
    }

    private async Task<Outcome<StagedFile?>> StageAsync(string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return Outcome.Of<StagedFile?>(null);
        }

        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var staged = await staging.StageAsync(content, long.MaxValue, new HashSet<DigestAlgorithm>(), cancellationToken);

        return staged.Failure is { } failure ? failure : staged.Value;
    }

    /// <summary>
    /// Lists what was published, or removes it where its name was deleted or taken meanwhile. From here on nothing is cancelled: the file is published.
    /// </summary>
    private async Task<Outcome<Publication>> ListAsync(
        Secret token, NewFile file, StagedFile staged, PublishedRelease released, DateTimeOffset uploadedAt)
    {
        // A deletion writes the record before it removes the release, so a publication in between finds the record now.
        await records.RefreshAsync(token, CancellationToken.None);
        if ((await catalog.GetRecordAsync(file.Filename.Project, CancellationToken.None)).RefusalOf(file.Filename) is { Kind: FailureKind.Conflict } deleted)
        {
            return await WithdrawAsync(token, file.Filename, released) ?? deleted;
        }

        try
        {
            if (released.Publication == Publication.AlreadyPublished && await catalog.FindAsync(file.Filename.ToString(), CancellationToken.None) is not null)
            {
                return Publication.AlreadyPublished;
            }

            var taken = await AddToCatalogAsync(file, staged, released, uploadedAt);
            if (taken.Count > 0)
            {
                return await WithdrawAsync(token, file.Filename, released) is { } left
                    ? left
                    : ExistingPublication.TellApart(file.Filename, staged.Sha256, taken);
            }

            pending.Add(released.Release);

            return released.Publication;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            return new Failure(
                FailureKind.Unavailable,
                $"{file.Filename} is published on GitHub, and can't be listed here yet, as this server's disk is in trouble: upload it again later.",
                TimeSpan.FromSeconds(30));
        }
    }

    /// <returns>The same file under other names, where somebody published that meanwhile and this one is not listed; else none.</returns>
    private async Task<IReadOnlyList<CatalogedFile>> AddToCatalogAsync(NewFile file, StagedFile staged, PublishedRelease released, DateTimeOffset uploadedAt)
    {
        var described = new PackageFile
        {
            Filename = file.Filename,
            Location = new Uri(config.Assets, released.Asset.Id.ToString(CultureInfo.InvariantCulture)).AbsoluteUri,
            Size = staged.Length,
            Sha256 = staged.Sha256,
            RequiresPython = file.RequiresPython,
            UploadedAt = uploadedAt,
            UploadedBy = file.UploadedBy,
            Summary = SummaryLine.Of(file.Description.Fields["summary"]),
            MetadataSha256 = file.Description.Metadata.IsEmpty ? null : documents.Add(file.Description.Metadata.Span),
        };
        var cataloged = new CatalogedFile(described, IndexedFile.Pending, file.Description.Fields);
        if (released.Publication == Publication.Published)
        {
            return await catalog.AddUnlessThereAsync(cataloged);
        }

        // Published before, perhaps by others: it competes with no other name, and its release says when and by whom.
        var meta = new Dictionary<string, string>(PublishedPackage.Of(released.Release)?.Meta ?? []);
        var published = described with { UploadedAt = UploadMeta.UploadTimeOf(meta) ?? uploadedAt, UploadedBy = UploadMeta.UploadedByOf(meta) };
        await catalog.ChangeAsync(new CatalogChange { Published = [cataloged with { File = published }] });

        return [];
    }

    /// <summary>Removes what was just published; null when that succeeded.</summary>
    private async Task<Failure?> WithdrawAsync(Secret token, DistributionFilename filename, PublishedRelease released)
    {
        try
        {
            await removal.RemoveAsync(token, filename.ToString(), released.Asset.Url, CancellationToken.None);

            return null;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, $"{filename}, which was deleted meanwhile, is still on GitHub");
        }
    }
}
