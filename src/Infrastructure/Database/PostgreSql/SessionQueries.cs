using Npgsql;
using PyWharf.Application.Sessions;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>The SQL of sessions.</summary>
internal static class SessionQueries
{
    /// <summary>Adds a session, and removes the oldest ones beyond <see cref="SessionLimits"/>.</summary>
    public static async Task<int> AddAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, byte[] key, SessionRow row, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                Command(
                    "INSERT INTO pywharf_sessions (id_sha256, repository, actor, sealed, expires, seen) VALUES ($1, $2, $3, $4, $5, $6)",
                    key, row.Repository, row.Actor, row.Sealed, UnixTime.ToMicroseconds(row.Expires), UnixTime.ToMicroseconds(row.Seen)),
                Command(
                    """
                    DELETE FROM pywharf_sessions WHERE id_sha256 IN (
                        SELECT id_sha256 FROM pywharf_sessions WHERE repository = $1 AND actor = $2 ORDER BY expires DESC OFFSET $3)
                    """,
                    row.Repository, row.Actor, SessionLimits.MostSessionsPerHolder),
                Command(
                    "DELETE FROM pywharf_sessions WHERE id_sha256 IN (SELECT id_sha256 FROM pywharf_sessions ORDER BY expires DESC OFFSET $1)",
                    SessionLimits.MostSessions),
            },
        };

        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The session with this key, expired or not; null if there is none.</summary>
    public static async Task<SessionRow?> FindAsync(NpgsqlConnection connection, byte[] key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT repository, actor, sealed, notice, expires, seen FROM pywharf_sessions WHERE id_sha256 = $1", connection)
        {
            Parameters = { new() { Value = key } },
        };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);

        return await rows.ReadAsync(cancellationToken)
            ? new SessionRow(
                rows.GetString(0),
                rows.GetString(1),
                rows.GetFieldValue<byte[]>(2),
                rows.IsDBNull(3) ? null : rows.GetString(3),
                UnixTime.FromMicroseconds(rows.GetInt64(4)),
                UnixTime.FromMicroseconds(rows.GetInt64(5)))
            : null;
    }

    /// <summary>Notes that a session is in use.</summary>
    public static Task<int> TouchAsync(NpgsqlConnection connection, byte[] key, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "UPDATE pywharf_sessions SET seen = $2 WHERE id_sha256 = $1 AND seen < $2", cancellationToken, key, UnixTime.ToMicroseconds(now));

    /// <summary>Ends a session.</summary>
    public static Task<int> RemoveAsync(NpgsqlConnection connection, byte[] key, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "DELETE FROM pywharf_sessions WHERE id_sha256 = $1", cancellationToken, key);

    /// <summary>Keeps a notice.</summary>
    public static Task<int> LeaveNoticeAsync(NpgsqlConnection connection, byte[] key, string notice, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "UPDATE pywharf_sessions SET notice = $2 WHERE id_sha256 = $1", cancellationToken, key, notice);

    /// <summary>Forgets a notice.</summary>
    public static Task<int> ForgetNoticeAsync(NpgsqlConnection connection, byte[] key, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "UPDATE pywharf_sessions SET notice = NULL WHERE id_sha256 = $1", cancellationToken, key);

    /// <summary>Removes expired sessions; returns how many are left.</summary>
    public static async Task<int> RemoveExpiredAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            connection,
            "DELETE FROM pywharf_sessions WHERE expires <= $1 OR seen <= $2",
            cancellationToken,
            UnixTime.ToMicroseconds(now),
            UnixTime.ToMicroseconds(now - SessionLimits.IdleLifetime));
        await using var count = new NpgsqlCommand("SELECT count(*)::integer FROM pywharf_sessions", connection);

        return (int)(await count.ExecuteScalarAsync(cancellationToken) ?? 0);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
