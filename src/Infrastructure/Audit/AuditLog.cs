using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Audit;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Audit;

/// <summary>
/// The audit log in files. Events that come while others are written go to the disk together, with one flush. Processes on one folder take turns
/// by a lock, and read the end of the file before they add to it.
/// </summary>
/// <param name="files">Where they are.</param>
/// <param name="maxBytes">The size from which a file is full.</param>
/// <param name="time">The clock of the events.</param>
/// <param name="logger">Told why the log can't be written.</param>
internal sealed partial class AuditLog(AuditFiles files, long maxBytes, TimeProvider time, ILogger<AuditLog> logger) : IAuditLog, IDisposable
{
    private static readonly Failure Unwritable = new(
        FailureKind.Unavailable,
        "The server's audit log can't be written, so this was not done: tell its operator, and repeat it later.",
        TimeSpan.FromSeconds(30));

    // Lines are in the order of time, except where the clock was set back.
    private static readonly TimeSpan LongestStep = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<Waiting> _queue = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _reading = new(1);

    /// <inheritdoc/>
    public async Task<Failure?> AppendAsync(params IReadOnlyList<AuditEvent> entries)
    {
        var waiting = new Waiting(entries);
        _queue.Enqueue(waiting);
        await _turn.WaitAsync();
        try
        {
            // Whoever had the turn before may have written it.
            if (!waiting.Result.Task.IsCompleted)
            {
                await WriteAsync();
            }
        }
        finally
        {
            _turn.Release();
        }

        return await waiting.Result.Task;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecordedEvent>> FindAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        // One at a time: each may read the whole log.
        await _reading.WaitAsync(cancellationToken);
        try
        {
            using var snapshot = await AuditSnapshot.TakeAsync(files, time, cancellationToken);

            return await Task.Run(() => Find(snapshot, query, cancellationToken), cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn.Dispose();
        _reading.Dispose();
    }

    private static List<RecordedEvent> Find(AuditSnapshot snapshot, AuditQuery query, CancellationToken cancellationToken)
    {
        var found = new List<RecordedEvent>();
        var newer = query.Before is { } before ? AuditLine.EndAfter(before) : null; // how the last of the lines to pass over ends
        foreach (var line in snapshot.Files.Reverse().SelectMany(file => AuditLines.ReadBackward(file.Content, file.Length)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (newer is not null)
            {
                newer = line.Span.EndsWith(newer) ? null : newer;
                continue;
            }

            if (!AuditLine.MayBe(line.Span, query) || !AuditLine.TryRead(line, out var recorded))
            {
                continue;
            }

            if (query.Includes(recorded))
            {
                found.Add(recorded);
            }

            if (found.Count == query.Limit || recorded.Time < query.Since - LongestStep)
            {
                break;
            }
        }

        return found;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Waiting>();
        while (_queue.TryDequeue(out var next))
        {
            batch.Add(next);
        }

        try
        {
            files.CreateFolder();
            using var held = await FileLock.AcquireAsync(files.LockFile, time, CancellationToken.None);
            Write(batch);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, files.Current, exception.Message);
            var failure = StorageError.IsOutOfSpace(exception) ? StorageError.FailureOf(exception) : Unwritable;
            batch.ForEach(waiting => waiting.Result.TrySetResult(failure));
        }
        catch (Exception exception)
        {
            batch.ForEach(waiting => waiting.Result.TrySetException(exception));
        }
    }

    private void Write(List<Waiting> batch)
    {
        using var writer = new AuditWriter(files, maxBytes, time.GetUtcNow());
        if (writer.HasLostLines)
        {
            Log.LostLines(logger, files.Current);
        }

        var added = new List<Waiting>();
        foreach (var waiting in batch)
        {
            while (!writer.TryAdd(waiting.Entries))
            {
                Flush(writer, added);
                writer.Rotate();
            }

            added.Add(waiting);
        }

        Flush(writer, added);
    }

    private static void Flush(AuditWriter writer, List<Waiting> added)
    {
        writer.Flush();
        added.ForEach(waiting => waiting.Result.SetResult(null));
        added.Clear();
    }

    /// <summary>Events whose writer waits for them to be on the disk.</summary>
    private sealed record Waiting(IReadOnlyList<AuditEvent> Entries)
    {
        public TaskCompletionSource<Failure?> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The audit log {Path} could not be written, so the change was refused: {Why}")]
        public static partial void NotWritten(ILogger logger, string path, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "The newest lines of the audit log {Path} were removed or altered: pywharf verify --audit shows where")]
        public static partial void LostLines(ILogger logger, string path);
    }
}
