using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using PyWharf.Application.Audit;
using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>The SQL of the audit log.</summary>
internal static class AuditQueries
{
    // The oldest are removed in portions, so that a line seldom waits for it.
    private const int TrimmedLines = 5000;

    /// <summary>Has other servers wait until the end of the transaction; returns where the next line follows.</summary>
    public static async Task<AuditRows> LockHeadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT newest, sha256 FROM pywharf_audit_head FOR UPDATE", connection, transaction);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);

        return new AuditRows { Newest = rows.GetInt64(0), Head = rows.IsDBNull(1) ? null : rows.GetString(1) };
    }

    /// <summary>Adds lines, moves the head, and removes the oldest lines where all together are larger than they may be.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, AuditRows added, Guid server, long maxBytes, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new(
                    """
                    INSERT INTO pywharf_audit (id, time, event, repository, project, previous, server, line)
                        SELECT id, time, event, repository, project, previous, $7, line
                        FROM unnest($1, $2, $3, $4, $5, $6, $8) AS added(id, time, event, repository, project, previous, line)
                    """)
                {
                    Parameters =
                    {
                        new() { Value = added.Ids },
                        new() { Value = added.Times },
                        new() { Value = added.Events },
                        Texts(added.Repositories),
                        Texts(added.Projects),
                        Texts(added.Previous),
                        new() { Value = server },
                        new() { Value = added.Lines },
                    },
                },
                new("UPDATE pywharf_audit_head SET newest = $1, sha256 = $2, bytes = bytes + $3")
                {
                    Parameters = { new() { Value = added.Newest }, new() { Value = added.Head! }, new() { Value = added.Bytes } }, // one line at least was added
                },
                new(
                    """
                    WITH removed AS (
                        DELETE FROM pywharf_audit USING pywharf_audit_head
                            WHERE bytes > $1 AND id < LEAST(oldest + $2, newest) RETURNING octet_length(line) AS size)
                    UPDATE pywharf_audit_head SET oldest = LEAST(oldest + $2, newest), bytes = bytes - (SELECT coalesce(sum(size), 0) FROM removed) WHERE bytes > $1
                    """)
                {
                    Parameters = { new() { Value = maxBytes }, new() { Value = (long)TrimmedLines } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest events of a query, newest first.</summary>
    public static async Task<IReadOnlyList<RecordedEvent>> FindAsync(NpgsqlConnection connection, AuditQuery query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand { Connection = connection };
        var conditions = new List<string>();
        Where(query.Since is { } since ? UnixTime.ToMicroseconds(since) : null, "time >= {0}");
        Where(query.Kind is { } kind ? AuditEventKinds.NameOf(kind) : null, "event = {0}");
        Where(query.Repository?.ToString(), "(repository = {0} OR repository IS NULL)");
        Where(query.Project?.ToString(), "project = {0}");
        Where(query.Before?.ToString(), "id < (SELECT id FROM pywharf_audit WHERE previous = {0})");
        var where = conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        var limit = query.Scope.IsAll ? $"LIMIT {query.Limit.ToString(CultureInfo.InvariantCulture)}" : "";
        command.CommandText = $"SELECT line FROM pywharf_audit {where} ORDER BY id DESC {limit}";

        // What a scope includes is for the program to say: it reads on until there are enough.
        var found = new List<RecordedEvent>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (found.Count < query.Limit && await rows.ReadAsync(cancellationToken))
        {
            if (AuditLine.TryRead(Encoding.UTF8.GetBytes(rows.GetString(0)), out var recorded) && query.Includes(recorded))
            {
                found.Add(recorded);
            }
        }

        return found;

        void Where(object? value, string condition)
        {
            if (value is not null)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
                conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, $"${command.Parameters.Count}"));
            }
        }
    }

    /// <summary>The events of uploads since a line, the newest first, with the server that added each.</summary>
    public static async Task<IReadOnlyList<(Guid Server, RecordedEvent Recorded)>> FindUploadsAsync(
        NpgsqlConnection connection, long firstLine, int limit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT server, line FROM pywharf_audit WHERE event = $1 AND id >= $2 ORDER BY id DESC LIMIT $3", connection)
        {
            Parameters =
            {
                new() { Value = AuditEventKinds.NameOf(AuditEventKind.Publish) }, new() { Value = firstLine }, new() { Value = limit },
            },
        };
        var found = new List<(Guid, RecordedEvent)>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (AuditLine.TryRead(Encoding.UTF8.GetBytes(rows.GetString(1)), out var recorded))
            {
                found.Add((rows.GetGuid(0), recorded));
            }
        }

        return found;
    }

    private static NpgsqlParameter Texts(List<string?> values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
