using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Changes the storage, durably. Whoever calls it holds the project's lock.</summary>
internal sealed class StorageWriter(StorageLayout layout, DiskStaging staging, ProjectRecords records)
{
    /// <summary>
    /// Publishes a staged file and what belongs to it, all or nothing. Null where somebody who does not lock put a file of that name there this very
    /// moment.
    /// </summary>
    /// <param name="file">What it is.</param>
    /// <param name="staged">Its bytes.</param>
    /// <param name="meta">What is kept beside it (<see cref="UploadMeta.Of"/>).</param>
    /// <param name="uploadedAt">When it was uploaded.</param>
    public CatalogedFile? TryPublish(NewFile file, StagedFile staged, byte[] meta, DateTimeOffset uploadedAt)
    {
        var (location, filename) = (file.Filename.Project.ToString(), file.Filename.ToString());
        var path = layout.File(location, filename);
        var isPublished = false;

        CreateFolder(location);
        try
        {
            // The file is what makes an upload visible, so all that belongs to it is there before. Nobody else writes this name: we hold its lock.
            staging.Place(layout.Meta(location, filename), meta);
            if (file.Attestations is { } attestations)
            {
                staging.Place(layout.Attestations(location, filename), Encoding.UTF8.GetBytes(attestations));
            }

            File.SetLastWriteTimeUtc(staged.Path, uploadedAt.UtcDateTime);
            isPublished = DurableFile.TryMove(staged.Path, path);
            if (!isPublished)
            {
                // It is not the file that we have described beside it.
                RemoveWhatIsBeside(location, filename);

                return null;
            }

            ((DiskStagedFile)staged).Published();
            DurableFile.FlushFolder(layout.Folder(location));

            return new CatalogedFile(Describe(file, staged, location, uploadedAt), File.GetLastWriteTimeUtc(path).Ticks);
        }
        catch
        {
            // It will not be acknowledged, so it must not be there. The file goes first: without it, what is beside it means nothing.
            if (isPublished)
            {
                File.Delete(path);
            }

            RemoveWhatIsBeside(location, filename);
            throw;
        }
    }

    /// <summary>Keeps what was decided about a project.</summary>
    public void Keep(ProjectName project, ProjectRecord record)
    {
        CreateFolder(project.ToString());
        records.Write(project, record);
    }

    /// <summary>Removes a file and what belongs to it.</summary>
    public void Remove(PackageFile file)
    {
        var folder = layout.Folder(file.Location);
        if (!Directory.Exists(folder))
        {
            return;
        }

        File.Delete(layout.File(file.Location, file.Filename.ToString()));
        RemoveWhatIsBeside(file.Location, file.Filename.ToString());
        DurableFile.FlushFolder(folder);
    }

    private void RemoveWhatIsBeside(string location, string filename)
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
