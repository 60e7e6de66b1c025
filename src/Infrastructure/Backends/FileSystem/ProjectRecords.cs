using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Reads and changes the records of projects, in the storage and in the catalog.</summary>
internal sealed class ProjectRecords(StorageScan scan, IIndexCatalog catalog, IProjectLocks locks, StorageWriter writer)
{
    /// <summary>
    /// The record of a project as it is in the storage now. The catalog is brought up to date where it differs. The caller holds the project's lock.
    /// </summary>
    public async Task<ProjectRecord> ReadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var record = scan.RecordOf(project);
        if (!record.Equals(await catalog.GetRecordAsync(project, cancellationToken)))
        {
            await catalog.ChangeAsync(new CatalogChange { ChangedRecord = (project, record) }, cancellationToken: cancellationToken);
        }

        return record;
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

        var before = await ReadAsync(project, cancellationToken);
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
        if ((deleted.Count > 0 || !after.Value.Equals(before)) && await beforeCommit() is { } failure)
        {
            return failure;
        }

        await WriteAsync(project, before, after.Value, cancellationToken);
        await RemoveAsync(deleted);

        return after;
    }

    /// <summary>Writes the record to both the storage and the catalog, or to neither.</summary>
    private async Task WriteAsync(ProjectName project, ProjectRecord before, ProjectRecord after, CancellationToken cancellationToken)
    {
        if (after.Equals(before))
        {
            return;
        }

        // What undoes the change is written first: where the disk becomes full between the two, there is no room for it.
        using var undo = writer.Prepare(project, before);
        var isWritten = false;
        try
        {
            await catalog.ChangeAsync(
                new CatalogChange { ChangedRecord = (project, after) },
                () =>
                {
                    isWritten = true;
                    writer.Keep(project, after);
                },
                cancellationToken);
        }
        catch when (isWritten)
        {
            writer.Restore(project, undo);
            throw;
        }
    }

    /// <summary>Not cancelled half-way. Until it is done, the record keeps the files out of the index.</summary>
    private async Task RemoveAsync(List<PackageFile> deleted)
    {
        deleted.ForEach(writer.RemoveDeleted);
        try
        {
            await catalog.ChangeAsync(new CatalogChange { Removed = [.. deleted.Select(file => file.Filename.ToString())] }, cancellationToken: CancellationToken.None);
        }
        catch (Exception exception) when (StorageError.FailureOf(exception) is not null)
        {
            // The files are gone, so this was done, whatever the catalog has room for: the next scan takes them out.
        }
    }
}
