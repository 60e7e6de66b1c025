using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Publishes uploads: under the project's lock, after comparing with what is published, in the storage and then in the catalog.</summary>
internal sealed class PackagePublisher(
    StorageLayout layout,
    IIndexCatalog catalog,
    IProjectLocks locks,
    StorageWriter writer,
    StoredFiles files,
    FileDescriber describer,
    ProjectRecords records,
    TimeProvider time)
{
    private readonly UntrackedFiles _untracked = new(layout, catalog);

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

        var record = await records.ReadAsync(file.Filename.Project, cancellationToken);
        if (record.RefusalOf(file.Filename) is { } refused)
        {
            return refused;
        }

        var existing = await FindAsync(file.Filename, cancellationToken);

        return existing.Failure is { } unknown ? unknown
            : existing.Value.Count > 0 ? ExistingPublication.TellApart(file.Filename, staged.Sha256, existing.Value)
            : await PublishAsync(file, staged, held, beforeCommit);
    }

    /// <summary>The published files of this identity, under any name. Files that are in the storage but not in the catalog yet are added to it.</summary>
    private async Task<Outcome<IReadOnlyList<CatalogedFile>>> FindAsync(DistributionFilename filename, CancellationToken cancellationToken)
    {
        var existing = (await catalog.FindAsync(filename.Identity, cancellationToken))
            .Where(known => FileEntry.At(layout.File(known.File.Location, known.File.Filename.ToString())).IsFile)
            .ToList();
        foreach (var untracked in await _untracked.FindAsync(filename, cancellationToken))
        {
            if (await files.ReadAsync(untracked, filename.Project.ToString(), trustMeta: false, cancellationToken) is not { } found)
            {
                return IProjectLocks.Busy;
            }

            await catalog.ChangeAsync(new CatalogChange { Published = [found] }, cancellationToken: cancellationToken);
            existing.Add(found);
        }

        return existing;
    }

    private async Task<Outcome<Publication>> PublishAsync(NewFile file, StagedFile staged, IProjectLock held, Func<Task<Failure?>> beforeCommit)
    {
        var uploadedAt = UnixTime.Truncate(file.UploadedAt ?? time.GetUtcNow());
        var meta = MetaFile.Write(UploadMeta.Of(file, staged.Sha256, uploadedAt));
        if (meta.Length > MetaFile.MaxBytes)
        {
            return new Failure(
                FailureKind.Invalid, $"The fields of the form take {meta.Length} bytes as they are kept, and {MetaFile.MaxBytes} are read: shorten the description.");
        }

        if (!await held.IsHeldAsync(CancellationToken.None))
        {
            return IProjectLocks.Busy;
        }

        var outcome = await writer.TryPublishAsync(file, staged, meta, uploadedAt, beforeCommit);
        if (outcome.Failure is { } failure)
        {
            return failure;
        }

        if (outcome.Value is not { } published)
        {
            var path = layout.File(file.Filename.Project.ToString(), file.Filename.ToString());

            return FileEntry.At(path).Kind is FileEntryKind.File or FileEntryKind.None ? IProjectLocks.Busy : Obstructed(file.Filename, path);
        }

        try
        {
            await catalog.ChangeAsync(new CatalogChange { Published = [describer.Describe(published, file.Description)] });
            _untracked.Changed(file.Filename.Project);
        }
        catch
        {
            // The upload fails, so its file must not stay.
            writer.Remove(published.File);
            throw;
        }

        return Publication.Published;
    }

    private Failure Obstructed(DistributionFilename filename, string path)
    {
        files.WarnOnce(path, "it is no regular file, and keeps one of that name from being published");

        return new Failure(
            FailureKind.Unavailable, $"What lies in the storage under the name {filename} is no file: the server's operator has to remove it.", TimeSpan.FromSeconds(30));
    }
}
