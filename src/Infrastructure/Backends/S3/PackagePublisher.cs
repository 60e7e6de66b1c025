using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Backends.S3.Uploads;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>
/// Publishes uploads: under the project's lock, after comparing with what is published, in the storage and then in the catalog. Servers that share no lock
/// are kept apart by conditional writes. Throws <see cref="S3Exception"/>.
/// </summary>
internal sealed class PackagePublisher(
    S3Config config,
    ObjectStore store,
    ConditionalWrites conditional,
    IIndexCatalog catalog,
    IProjectLocks locks,
    StoredFiles files,
    FileDescriber describer,
    ProjectRecords records,
    TimeProvider time)
{
    /// <inheritdoc cref="IRepositoryBackend.PublishAsync"/>
    public async Task<Outcome<Publication>> PublishAsync(
        NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken)
    {
        if (file.Filename.ToString().Length > StoredNames.LongestFilename)
        {
            return new Failure(
                FailureKind.Invalid, $"The name of the file is longer than the {StoredNames.LongestFilename} characters that this storage takes.");
        }

        await using var held = await locks.TryLockAsync(file.Filename.Project, cancellationToken);
        if (held is null)
        {
            return IProjectLocks.Busy;
        }

        var writes = await conditional.CheckAsync(cancellationToken);
        if (writes.Failure is { } lacking)
        {
            return lacking;
        }

        var (record, recordTag) = await records.ReadAsync(file.Filename.Project, cancellationToken);
        if (record.RefusalOf(file.Filename) is { } refused)
        {
            return refused;
        }

        var folder = await ProjectFolder.ListAsync(store, file.Filename.Project.ToString(), cancellationToken);
        var existing = await FindAsync(file.Filename, folder, cancellationToken);

        return existing.Count > 0
            ? ExistingPublication.TellApart(file.Filename, staged.Sha256, existing)
            : await PublishAsync(file, staged, folder, recordTag, held, writes.Value, beforeCommit, cancellationToken);
    }

    /// <summary>The published files of this identity, under any name. Files that are in the storage but not in the catalog yet are added to it.</summary>
    private async Task<IReadOnlyList<CatalogedFile>> FindAsync(DistributionFilename filename, ProjectFolder folder, CancellationToken cancellationToken)
    {
        var existing = new List<CatalogedFile>();
        foreach (var known in await catalog.FindAsync(filename.Identity, cancellationToken))
        {
            var name = known.File.Filename.ToString();
            if (known.File.Location == folder.Location ? folder[name] is not null : await store.HeadAsync(store.Keys.File(known.File), cancellationToken) is not null)
            {
                existing.Add(known);
            }
        }

        foreach (var (name, _) in folder.Packages)
        {
            if (DistributionFilename.TryParseStored(name, filename.Project, out var stored)
                && stored.Identity.Equals(filename.Identity)
                && !existing.Exists(known => known.File.Filename.Equals(stored))
                && await files.ReadAsync(stored, folder, trustMeta: false, cancellationToken) is { } found)
            {
                await catalog.ChangeAsync(new CatalogChange { Published = [found] }, cancellationToken: cancellationToken);
                existing.Add(found);
            }
        }

        return existing;
    }

    private async Task<Outcome<Publication>> PublishAsync(
        NewFile file, StagedFile staged, ProjectFolder folder, string? recordTag, IProjectLock held, bool isConditional, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken)
    {
        var uploadedAt = UnixTime.Truncate(file.UploadedAt ?? time.GetUtcNow());
        var meta = MetaFile.Write(UploadMeta.Of(file, staged.Sha256, uploadedAt));
        if (meta.Length > MetaFile.MaxBytes)
        {
            return new Failure(
                FailureKind.Invalid, $"The fields of the form take {meta.Length} bytes as they are kept, and {MetaFile.MaxBytes} are read: shorten the description.");
        }

        await using var marker = await UploadMarker.BeginAsync(store, file.Filename, time, cancellationToken);
        var attempt = new PublishAttempt(store, file.Filename, folder, staged, marker, config.MultipartBytes, isConditional);
        try
        {
            await attempt.PrepareAsync(meta, file.Attestations is { } attestations ? Encoding.UTF8.GetBytes(attestations) : null, cancellationToken);
            if (!await held.IsHeldAsync(cancellationToken))
            {
                await attempt.WithdrawAsync();

                return IProjectLocks.Busy;
            }

            if (await beforeCommit() is { } failure)
            {
                await attempt.WithdrawAsync();

                return failure;
            }

            if (await attempt.CommitAsync() is not { } etag)
            {
                await attempt.WithdrawAsync();

                return await TellApartAsync(file.Filename, staged, cancellationToken);
            }

            await attempt.EnsureAsync();
            if (await FindRefusalAsync(file.Filename, recordTag) is { } refused)
            {
                await attempt.WithdrawAsync();

                return refused;
            }

            var described = new PackageFile
            {
                Filename = file.Filename,
                Location = folder.Location,
                Size = staged.Length,
                Sha256 = staged.Sha256,
                RequiresPython = file.RequiresPython,
                UploadedAt = uploadedAt,
                UploadedBy = file.UploadedBy,
            };
            var cataloged = new CatalogedFile(described, ProjectFolder.StampOf(etag, attempt.MetaTag));
            await catalog.ChangeAsync(new CatalogChange { Published = [describer.Describe(cataloged, file.Description)] }, cancellationToken: CancellationToken.None);

            return Publication.Published;
        }
        catch
        {
            // The upload fails, so its file must not stay.
            await attempt.GiveUpAsync();
            throw;
        }
        finally
        {
            await attempt.DisposeAsync();
        }
    }

    /// <summary>Another server has just published a file of this name.</summary>
    private async Task<Outcome<Publication>> TellApartAsync(DistributionFilename filename, StagedFile staged, CancellationToken cancellationToken)
    {
        var folder = await ProjectFolder.ListAsync(store, filename.Project.ToString(), cancellationToken);
        var existing = await FindAsync(filename, folder, cancellationToken);

        return existing.Count > 0 ? ExistingPublication.TellApart(filename, staged.Sha256, existing) : IProjectLocks.Busy;
    }

    /// <summary>A deletion writes the record before it removes the file, so a publication in between finds the record now.</summary>
    private async Task<Failure?> FindRefusalAsync(DistributionFilename filename, string? recordTag)
    {
        if ((await store.HeadAsync(store.Keys.Record(filename.Project), CancellationToken.None))?.ETag == recordTag)
        {
            return null;
        }

        var (record, _) = await records.ReadAsync(filename.Project, CancellationToken.None);

        return record.RefusalOf(filename);
    }
}
