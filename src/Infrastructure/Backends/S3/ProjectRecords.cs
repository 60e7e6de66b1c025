using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Backends.S3.Uploads;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>Reads and changes the records of projects, in the storage and in the catalog. Throws <see cref="S3Exception"/>.</summary>
internal sealed class ProjectRecords(ObjectStore store, RecordObjects objects, ConditionalWrites conditional, IIndexCatalog catalog, IProjectLocks locks)
{
    // Servers that share no lock may change one record at once.
    private const int Tries = 10;

    /// <summary>
    /// The record of a project as it is in the storage now, with the ETag of its object. The catalog is brought up to date where it differs.
    /// </summary>
    public async Task<(ProjectRecord Record, string? ETag)> ReadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var (record, etag) = await objects.ReadAsync(project, cancellationToken);
        if (!record.Equals(await catalog.GetRecordAsync(project, cancellationToken)))
        {
            await catalog.ChangeAsync(new CatalogChange { ChangedRecord = (project, record) }, cancellationToken: cancellationToken);
        }

        return (record, etag);
    }

    /// <summary>Brings the catalog up to date, in a scan that began with a generation. Throws <see cref="CatalogReplacedException"/> where that is over.</summary>
    public async Task UpdateAsync(ProjectName project, long basis, CancellationToken cancellationToken)
    {
        // Under the lock, as it may be changing.
        await using var held = await locks.TryLockAsync(project, cancellationToken)
            ?? throw new IOException($"Another process holds the lock of the project {project}.");
        var (record, _) = await objects.ReadAsync(project, cancellationToken);
        if (!record.Equals(await catalog.GetRecordAsync(project, cancellationToken)))
        {
            await catalog.ChangeAsync(new CatalogChange { ChangedRecord = (project, record), Basis = basis }, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Changes the record of a project, then removes the files that it says are deleted.</summary>
    public async Task<Outcome<ProjectRecord>> ChangeAsync(
        ProjectName project, Func<ProjectRecord, Outcome<ProjectRecord>> change, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken)
    {
        await using var held = await locks.TryLockAsync(project, cancellationToken);
        if (held is null)
        {
            return IProjectLocks.Busy;
        }

        var writes = await conditional.CheckAsync(cancellationToken);
        if (writes.Failure is { } lacking)
        {
            return lacking;
        }

        var isAnnounced = false;
        for (var tries = 0; tries < Tries; tries++)
        {
            var (before, etag) = await ReadAsync(project, cancellationToken);
            if (before.UnreadableOf(project) is { } unreadable)
            {
                return unreadable;
            }

            var after = change(before);
            if (after.Failure is not null)
            {
                return after;
            }

            // An interrupted deletion has left files, although the record says that they are deleted.
            var deleted = (await catalog.FindAllAsync(after.Value.Deleted.Keys, cancellationToken)).Select(file => file.File).ToList();
            if (!await held.IsHeldAsync(cancellationToken))
            {
                return IProjectLocks.Busy;
            }

            if (!isAnnounced && (deleted.Count > 0 || !after.Value.Equals(before)))
            {
                isAnnounced = true;
                if (await beforeCommit() is { } failure)
                {
                    return failure;
                }
            }

            if (await TryWriteAsync(project, before, after.Value, etag, writes.Value))
            {
                await RemoveAsync(deleted);

                return after;
            }
        }

        return IProjectLocks.Busy;
    }

    /// <summary>Writes the record to both the storage and the catalog, or to neither; false where it was changed meanwhile.</summary>
    private async Task<bool> TryWriteAsync(ProjectName project, ProjectRecord before, ProjectRecord after, string? etag, bool isConditional)
    {
        if (after.Equals(before))
        {
            return true;
        }

        if (await objects.WriteAsync(project, after, etag, isConditional) is not { } written)
        {
            return false;
        }

        try
        {
            await catalog.ChangeAsync(new CatalogChange { ChangedRecord = (project, after) }, cancellationToken: CancellationToken.None);
        }
        catch
        {
            await objects.WriteAsync(project, before, written, isConditional);
            throw;
        }

        return true;
    }

    /// <summary>Not cancelled half-way. Until it is done, the record keeps the files out of the index.</summary>
    private async Task RemoveAsync(List<PackageFile> deleted)
    {
        foreach (var file in deleted)
        {
            // The package first: the files beside it are ignored without it.
            var name = file.Filename.ToString();
            foreach (var key in (string[])[store.Keys.File(file), store.Keys.Meta(file.Location, name), store.Keys.Attestations(file.Location, name)])
            {
                await store.DeleteAsync(key, CancellationToken.None);
            }
        }

        await catalog.ChangeAsync(new CatalogChange { Removed = [.. deleted.Select(file => file.Filename.ToString())] }, cancellationToken: CancellationToken.None);
    }
}
