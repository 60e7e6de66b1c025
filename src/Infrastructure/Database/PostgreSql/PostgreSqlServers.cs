using Npgsql;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The servers that run on the database. Each says every five seconds that it does; one that has not for half a minute was killed, and another one reports
/// what it left undone.
/// </summary>
internal sealed class PostgreSqlServers(PostgreSqlDatabase database, TimeProvider time) : IAsyncDisposable, IDisposable
{
    /// <summary>How often a server says that it runs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const int SecondsUntilDead = 30;

    // One that is killed while it reports is relieved after that.
    private const int SecondsToReport = 600;

    private const int SecondsUntilForgotten = 3600;

    // When the database was away for all, each has time to say that it runs before another one takes it for killed.
    private static readonly TimeSpan TimeToReturn = TimeSpan.FromSeconds(15);

    private long? _presentSince;
    private long _notedAt;
    private bool _isNoted;

    /// <summary>Identifies this server, as long as it runs.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>Says that this server runs, in the transaction of the first line that it adds to the audit log.</summary>
    public async Task NoteOnceAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _isNoted))
        {
            await NoteAsync(connection, transaction, cancellationToken);
            Volatile.Write(ref _isNoted, true);
        }
    }

    /// <summary>Says that this server runs, and takes over the killed ones: reporting them is up to this server then.</summary>
    /// <returns>Their ids, and the first line of the audit log that may be theirs.</returns>
    public async Task<(Guid[] Ids, long FirstLine)> TakeKilledAsync(CancellationToken cancellationToken)
    {
        await database.UseAsync((connection, token) => NoteAsync(connection, transaction: null, token), cancellationToken);
        Volatile.Write(ref _isNoted, true);
        if (_presentSince is null || time.GetElapsedTime(_notedAt) > 2 * Interval)
        {
            _presentSince = time.GetTimestamp();
        }

        _notedAt = time.GetTimestamp();

        return time.GetElapsedTime(_presentSince.Value) < TimeToReturn ? ([], 0) : await database.ChangeAsync(TakeKilledAsync, cancellationToken);
    }

    /// <summary>Says that this server ends in good order, and leaves nothing undone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Volatile.Read(ref _isNoted))
        {
            return;
        }

        try
        {
            await database.UseAsync(
                async (connection, token) =>
                {
                    await using var leave = new NpgsqlCommand("DELETE FROM pywharf_servers WHERE id = $1", connection) { Parameters = { new() { Value = Id } } };

                    return await leave.ExecuteNonQueryAsync(token);
                },
                CancellationToken.None);
        }
        catch (DatabaseUnavailableException)
        {
            // Another one looks for what it left undone, and finds nothing.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<int> NoteAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var note = new NpgsqlCommand(
            """
            INSERT INTO pywharf_servers (id, seen, first_line) SELECT $1, clock_timestamp(), newest + 1 FROM pywharf_audit_head
                ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, reporter = NULL, reported = NULL
            """,
            connection,
            transaction)
        {
            Parameters = { new() { Value = Id } },
        };

        return await note.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<(Guid[] Ids, long FirstLine)> TakeKilledAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using (var forget = new NpgsqlCommand(
            $"DELETE FROM pywharf_servers WHERE seen < clock_timestamp() - interval '{SecondsUntilForgotten} s' AND reported IS NOT NULL", connection, transaction))
        {
            await forget.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var take = new NpgsqlCommand(
            $"""
            UPDATE pywharf_servers SET reporter = $1, reported = clock_timestamp()
                WHERE seen < clock_timestamp() - interval '{SecondsUntilDead} s'
                    AND (reported IS NULL OR reported < clock_timestamp() - interval '{SecondsToReport} s')
                RETURNING id, first_line
            """,
            connection,
            transaction)
        {
            Parameters = { new() { Value = Id } },
        };
        var (ids, first) = (new List<Guid>(), long.MaxValue);
        await using var rows = await take.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            ids.Add(rows.GetGuid(0));
            first = Math.Min(first, rows.GetInt64(1));
        }

        return ([.. ids], first);
    }
}
