using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Changes the storage, durably. The caller holds the project's lock.</summary>
internal sealed class StorageWriter(StorageLayout layout, DiskStaging staging, RecordFiles records)
{
    /// <summary>
    /// Publishes a staged file with its .meta and attestations, all or nothing. Null where a file of that name was put there meanwhile by a program
    /// that does not lock. The failure is that of <paramref name="beforeCommit"/>.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="staged">Its content.</param>
    /// <param name="meta">The content of its .meta file (<see cref="UploadMeta.Of"/>).</param>
    /// <param name="uploadedAt">The upload time.</param>
    /// <param name="beforeCommit">Called right before the file becomes visible.</param>
    public async Task<Outcome<CatalogedFile?>> TryPublishAsync(
        NewFile file, StagedFile staged, byte[] meta, DateTimeOffset uploadedAt, Func<Task<Failure?>> beforeCommit)
    {
        var (location, filename) = (file.Filename.Project.ToString(), file.Filename.ToString());
        var path = layout.File(location, filename);
        var isPublished = false;

        CreateFolder(location);
        try
        {
            // The package file makes an upload visible, so the files beside it are written first, under the project's lock.
            staging.Place(layout.Meta(location, filename), meta);
            if (file.Attestations is { } attestations)
            {
                staging.Place(layout.Attestations(location, filename), Encoding.UTF8.GetBytes(attestations));
            }

            File.SetLastWriteTimeUtc(staged.Path, uploadedAt.UtcDateTime);
            if (await beforeCommit() is { } failure)
            {
                RemoveFilesBeside(location, filename);

                return failure;
            }

            isPublished = DurableFile.TryMove(staged.Path, path);
            if (!isPublished)
            {
                // They describe another file than the one that is there.
                RemoveFilesBeside(location, filename);

                return Outcome.Of<CatalogedFile?>(null);
            }

            ((DiskStagedFile)staged).Published();
            DurableFile.FlushFolder(layout.Folder(location));

            return new CatalogedFile(Describe(file, staged, location, uploadedAt), File.GetLastWriteTimeUtc(path).Ticks);
        }
        catch
        {
            // The upload fails, so its file must not stay. The package file is removed first: those beside it are ignored without it.
            if (isPublished)
            {
                File.Delete(path);
            }

            RemoveFilesBeside(location, filename);
            throw;
        }
    }

    /// <summary>Writes the record of a project.</summary>
    public void Keep(ProjectName project, ProjectRecord record)
    {
        CreateFolder(project.ToString());
        records.Write(project, record);
    }

    /// <summary>Prepares the record of a project for <see cref="Restore"/>.</summary>
    public PreparedFile Prepare(ProjectName project, ProjectRecord record)
    {
        CreateFolder(project.ToString());

        return records.Prepare(project, record);
    }

    /// <summary>Writes a prepared record, also where the disk has become full.</summary>
    public void Restore(ProjectName project, PreparedFile record)
    {
        record.Place();
        DurableFile.FlushFolder(layout.Folder(project.ToString()));
    }

    /// <summary>Removes a package file and the files beside it.</summary>
    public void Remove(PackageFile file)
    {
        var folder = layout.Folder(file.Location);
        if (!Directory.Exists(folder))
        {
            return;
        }

        File.Delete(layout.File(file.Location, file.Filename.ToString()));
        RemoveFilesBeside(file.Location, file.Filename.ToString());
        DurableFile.FlushFolder(folder);
    }

    /// <summary>
    /// Removes a package file that its project's record says is deleted, and the files beside it. The package file goes last: as long as it is there, a
    /// repeated deletion finds what an interrupted one has left.
    /// </summary>
    public void RemoveDeleted(PackageFile file)
    {
        if (Directory.Exists(layout.Folder(file.Location)))
        {
            RemoveFilesBeside(file.Location, file.Filename.ToString());
            Remove(file);
        }
    }

    private void RemoveFilesBeside(string location, string filename)
    {
        File.Delete(layout.Meta(location, filename));
        File.Delete(layout.Attestations(location, filename));
    }

    private static PackageFile Describe(NewFile file, StagedFile staged, string location, DateTimeOffset uploadedAt) => new()
    {
        Filename = file.Filename,
        Location = location,
        Size = staged.Length,
        Sha256 = staged.Sha256,
        RequiresPython = file.RequiresPython,
        UploadedAt = uploadedAt,
        UploadedBy = file.UploadedBy,
    };

    private void CreateFolder(string location)
    {
        var folder = layout.Folder(location);
        if (!Directory.Exists(folder))
        {
            layout.CheckIsThere();
            Directory.CreateDirectory(folder);
            DurableFile.FlushFolder(layout.Storage);
        }
    }
}
