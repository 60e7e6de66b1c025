using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>The objects of project records. Safe for concurrent use; throws <see cref="S3Exception"/>.</summary>
internal sealed partial class RecordObjects(ObjectStore store, ILogger logger)
{
    // The problems that were logged, until they are over.
    private readonly ConcurrentDictionary<ProjectName, string> _unreadable = new();

    /// <summary>
    /// The record of a project with the ETag of its object, null where there is none; <see cref="ProjectRecord.Unreadable"/> where it can't be understood, so
    /// that nothing is allowed that it may forbid. Logs when a record becomes unreadable and when it is readable again.
    /// </summary>
    public async Task<(ProjectRecord Record, string? ETag)> ReadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var key = store.Keys.Record(project);
        var found = await store.GetAsync(key, RecordFile.MaxBytes + 1, cancellationToken);
        string? problem = null;
        var record = ProjectRecord.Empty;
        if (found is { Content.Length: 0 })
        {
            problem = $"{key} is empty, and no record ever is: restore it, or remove it if nothing was decided";
        }
        else if (found is { Content.Length: > RecordFile.MaxBytes })
        {
            problem = $"{key} has more than {RecordFile.MaxBytes} bytes";
        }
        else if (found is not null && !RecordFile.TryRead(found.Content, key, out record, out problem))
        {
            record = ProjectRecord.Unreadable;
        }

        Note(project, problem);

        return (problem is null ? record ?? ProjectRecord.Empty : ProjectRecord.Unreadable, found?.ETag);
    }

    /// <summary>Replaces the record of a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="record">The new record.</param>
    /// <param name="etag">The ETag of the object that it replaces; null where there is none.</param>
    /// <param name="isConditional">Whether the storage has conditional writes; else the caller holds a lock that all servers share.</param>
    /// <returns>Its ETag; null where the object was changed meanwhile.</returns>
    public Task<string?> WriteAsync(ProjectName project, ProjectRecord record, string? etag, bool isConditional) => store.PutAsync(
        store.Keys.Record(project), RecordFile.Write(record), isConditional ? PutCondition.Replaces(etag) : PutCondition.None, CancellationToken.None);

    private void Note(ProjectName project, string? problem)
    {
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
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "What the storage says about {Project} can't be read, so nothing of it is offered or taken until that is mended: {Problem}")]
        public static partial void Unreadable(ILogger logger, ProjectName project, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "What the storage says about {Project} can be read again.")]
        public static partial void Mended(ILogger logger, ProjectName project);
    }
}
