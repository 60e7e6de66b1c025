using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>The files of project records, each in its project's folder. Safe for concurrent use.</summary>
internal sealed partial class RecordFiles(StorageLayout layout, DiskStaging staging, ILogger logger)
{
    // The problems that were logged, until they are over.
    private readonly ConcurrentDictionary<ProjectName, string> _unreadable = new();

    /// <summary>
    /// The record of a project; <see cref="ProjectRecord.Unreadable"/> where its file can't be read, so that nothing is allowed that it may forbid.
    /// Logs when a file becomes unreadable and when it is readable again. Throws where the error concerns more than that file.
    /// </summary>
    public ProjectRecord Read(ProjectName project)
    {
        var (record, problem) = Read(layout, project);
        if (problem is null)
        {
            if (_unreadable.TryRemove(project, out _))
            {
                Log.Mended(logger, project);
            }
        }
        else if (!_unreadable.TryGetValue(project, out var said) || said != problem)
        {
            _unreadable[project] = problem;
            Log.Unreadable(logger, project, problem);
        }

        return record;
    }

    /// <summary>Writes a record durably. The project's folder exists.</summary>
    public void Write(ProjectName project, ProjectRecord record)
    {
        staging.Place(layout.Record(project), RecordFile.Write(record));
        DurableFile.FlushFolder(layout.Folder(project.ToString()));
    }

    /// <summary>Prepares a record, which can be written then even if the disk has become full. The project's folder exists.</summary>
    public PreparedFile Prepare(ProjectName project, ProjectRecord record) => staging.Prepare(layout.Record(project), RecordFile.Write(record));

    /// <summary>The record of a project, and why it can't be read; nothing is logged. Throws where the error concerns more than that file.</summary>
    public static (ProjectRecord Record, string? Problem) Read(StorageLayout layout, ProjectName project)
    {
        var path = layout.Record(project);

        // An exception here concerns the whole storage. A folder that is a link is not followed.
        var folder = layout.Folder(project.ToString());
        switch (FileEntry.At(folder).Kind)
        {
            case FileEntryKind.Link:
                return Unreadable($"{folder} is a link, which is not followed");
            case FileEntryKind.None:
                layout.CheckIsThere();
                return (ProjectRecord.Empty, null);
        }

        try
        {
            var entry = FileEntry.At(path);

            return entry switch
            {
                { Kind: FileEntryKind.None } => (ProjectRecord.Empty, null),
                { IsFile: false } => Unreadable($"{path} is no regular file"),
                { Length: 0 } => Unreadable($"{path} is empty, and no record ever is: restore it, or remove it if nothing was decided"),
                { Length: > RecordFile.MaxBytes } => Unreadable($"{path} has more than {RecordFile.MaxBytes} bytes"),
                _ => RecordFile.TryRead(File.ReadAllBytes(path), path, out var record, out var problem) ? (record, null) : Unreadable(problem),
            };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Removed meanwhile.
            return (ProjectRecord.Empty, null);
        }
        catch (Exception exception) when (StorageError.IsOfOneFile(exception))
        {
            return Unreadable(exception.Message);
        }
    }

    private static (ProjectRecord Record, string? Problem) Unreadable(string problem) => (ProjectRecord.Unreadable, problem);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "What the storage says about {Project} can't be read, so nothing of it is offered or taken until that is mended: {Problem}")]
        public static partial void Unreadable(ILogger logger, ProjectName project, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "What the storage says about {Project} can be read again.")]
        public static partial void Mended(ILogger logger, ProjectName project);
    }
}
