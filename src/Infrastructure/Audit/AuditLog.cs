using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Audit;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Audit;

/// <summary>
/// The audit log in files. Events that come while another one is written go to the disk together, with one flush. Processes on one folder take turns
/// by a lock, and read the end of the file before they add to it.
/// </summary>
/// <param name="files">Where they are.</param>
/// <param name="maxBytes">The size from which a file is full.</param>
/// <param name="time">The clock of the events.</param>
/// <param name="logger">Told why the log can't be written.</param>
internal sealed partial class AuditLog(AuditFiles files, long maxBytes, TimeProvider time, ILogger<AuditLog> logger) : IAuditLog, IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Failure Unwritable = new(
        FailureKind.Unavailable,
        "The server's audit log can't be written, so this was not done: tell its operator, and repeat it later.",
        TimeSpan.FromSeconds(30));

    private readonly ConcurrentQueue<Waiting> _queue = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <inheritdoc/>
    public async Task<Failure?> AppendAsync(AuditEvent entry)
    {
        var waiting = new Waiting(entry, time.GetUtcNow());
        _queue.Enqueue(waiting);
        await _turn.WaitAsync();
        try
        {
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
    public void Dispose() => _turn.Dispose();

    private async Task WriteAsync()
    {
        var batch = new List<Waiting>();
        while (_queue.TryDequeue(out var next))
        {
            batch.Add(next);
        }

        Failure? failure = null;
        try
        {
            using var held = await FileLock.AcquireAsync(files.LockFile, time);
            Write(batch);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, files.Current, exception.Message);
            failure = StorageError.IsOutOfSpace(exception) ? StorageError.FailureOf(exception) : Unwritable;
        }

        batch.ForEach(waiting => waiting.Result.SetResult(failure));
    }

    private void Write(List<Waiting> batch)
    {
        var file = Open();
        try
        {
            var previous = AuditTail.CutTornLine(file) ?? DigestOfNewestFull();
            var lines = new MemoryStream();
            foreach (var waiting in batch)
            {
                var line = AuditLine.Write(waiting.Entry, waiting.At, previous);
                lines.Write(line);
                previous = AuditLine.DigestOf(line.AsSpan(..^1));
            }

            if (file.Length > 0 && file.Length + lines.Length > maxBytes)
            {
                file.Dispose();
                files.Rotate();
                file = Open();
            }

            Append(file, lines.GetBuffer().AsSpan(0, (int)lines.Length));
            WriteHead(previous!);
        }
        finally
        {
            file.Dispose();
        }
    }

    /// <summary>All of it or nothing.</summary>
    private static void Append(FileStream file, ReadOnlySpan<byte> lines)
    {
        var end = file.Length;
        try
        {
            file.Position = end;
            file.Write(lines);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            file.SetLength(end);
            throw;
        }
    }

    private string? DigestOfNewestFull()
    {
        if (!File.Exists(files.NewestFull))
        {
            return null;
        }

        using var file = new FileStream(files.NewestFull, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        return AuditTail.DigestOfLastLine(file);
    }

    // Not flushed: after a crash of the machine it may be that of an older line, which is in the log too.
    private void WriteHead(string digest)
    {
        using var head = new FileStream(files.HeadFile, OptionsOf(FileMode.OpenOrCreate));
        head.Write(Encoding.ASCII.GetBytes(digest + "\n"));
    }

    // Unbuffered: what is written is in the file, whatever becomes of the process.
    private FileStream Open() => new(files.Current, OptionsOf(FileMode.OpenOrCreate));

    private static FileStreamOptions OptionsOf(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        return options;
    }

    /// <summary>An event whose writer waits for it to be on the disk.</summary>
    private sealed record Waiting(AuditEvent Entry, DateTimeOffset At)
    {
        public TaskCompletionSource<Failure?> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The audit log {Path} could not be written, so the change was refused: {Why}")]
        public static partial void NotWritten(ILogger logger, string path, string why);
    }
}
