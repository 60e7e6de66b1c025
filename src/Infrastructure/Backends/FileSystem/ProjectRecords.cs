using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>The records of projects, each in its project's folder.</summary>
internal sealed class ProjectRecords(StorageLayout layout, DiskStaging staging)
{
    /// <summary>
    /// What the storage says was decided about a project. <see cref="FailureKind.Unavailable"/> where that can't be read: what is not known
    /// to be allowed is not done.
    /// </summary>
    public Outcome<ProjectRecord> Read(ProjectName project)
    {
        var path = layout.Record(project);
        try
        {
            // Most projects have none, and an exception would take longer than all the rest.
            if (!File.Exists(path))
            {
                return ProjectRecord.Empty;
            }

            return RecordFile.TryRead(File.ReadAllBytes(path), path, out var record, out var problem)
                ? record
                : new Failure(FailureKind.Unavailable, $"What was decided about {project} can't be read: {problem}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return ProjectRecord.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Unavailable, $"What was decided about {project} can't be read: {exception.Message}");
        }
    }

    /// <summary>Keeps a record durably. The project's folder is there.</summary>
    public void Write(ProjectName project, ProjectRecord record)
    {
        staging.Place(layout.Record(project), RecordFile.Write(record));
        DurableFile.FlushFolder(layout.Folder(project.ToString()));
    }
}
