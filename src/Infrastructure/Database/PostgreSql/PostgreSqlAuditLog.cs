using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using PyWharf.Application.Audit;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The audit log in the database: one chain of lines for all servers, which take turns by the lock of its head row. Events that come while others are
/// being written are added together, with one commit.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="servers">Who adds the lines.</param>
/// <param name="maxBytes">The size of all lines beyond which the oldest are removed.</param>
/// <param name="time">The clock of the events.</param>
/// <param name="logger">Told why the log can't be written.</param>
internal sealed partial class PostgreSqlAuditLog(PostgreSqlDatabase database, PostgreSqlServers servers, long maxBytes, TimeProvider time, ILogger<PostgreSqlAuditLog> logger)
    : IAuditLog, IDisposable
{
    // Of one transaction: others wait for it.
    private const int MostInBatch = 500;

    private static readonly Failure Unwritable = new(
        FailureKind.Unavailable,
        "The audit log is in the database, which can't be reached now, so this was not done: repeat it in a moment, it is safe to.",
        TimeSpan.FromSeconds(5));

    private readonly ConcurrentQueue<Waiting> _queue = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <inheritdoc/>
    public async Task<Failure?> AppendAsync(params IReadOnlyList<AuditEvent> entries)
    {
        var waiting = new Waiting(entries);
        _queue.Enqueue(waiting);
        await _turn.WaitAsync();
        try
        {
            // Whoever had the turn before may have written it.
            while (!waiting.Result.Task.IsCompleted)
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
    public Task<IReadOnlyList<RecordedEvent>> FindAsync(AuditQuery query, CancellationToken cancellationToken) =>
        database.UseAsync((connection, token) => AuditQueries.FindAsync(connection, query, token), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task WriteAsync()
    {
        var batch = new List<Waiting>();
        for (var events = 0; events < MostInBatch && _queue.TryDequeue(out var next); events += next.Entries.Count)
        {
            batch.Add(next);
        }

        try
        {
            await database.ChangeAsync(
                (connection, transaction, token) => AppendAsync(connection, transaction, [.. batch.SelectMany(waiting => waiting.Entries)], token), CancellationToken.None);
            batch.ForEach(waiting => waiting.Result.TrySetResult(null));
        }
        catch (DatabaseUnavailableException exception)
        {
            Log.NotWritten(logger, exception.Message);
            batch.ForEach(waiting => waiting.Result.TrySetResult(Unwritable));
        }
        catch (Exception exception)
        {
            batch.ForEach(waiting => waiting.Result.TrySetException(exception));
        }
    }

    private async Task<int> AppendAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<AuditEvent> entries, CancellationToken cancellationToken)
    {
        var rows = await AuditQueries.LockHeadAsync(connection, transaction, cancellationToken);
        await servers.NoteOnceAsync(connection, transaction, cancellationToken);
        var now = time.GetUtcNow();
        foreach (var entry in entries)
        {
            rows.Add(entry, now);
        }

        await AuditQueries.AddAsync(connection, transaction, rows, servers.Id, maxBytes, cancellationToken);

        return entries.Count;
    }

    /// <summary>Events whose writer waits for them to be committed.</summary>
    private sealed record Waiting(IReadOnlyList<AuditEvent> Entries)
    {
        public TaskCompletionSource<Failure?> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The audit log in the database could not be written, so the change was refused: {Why}")]
        public static partial void NotWritten(ILogger logger, string why);
    }
}
