using System.Data;
using System.Text;
using Npgsql;
using PyWharf.Infrastructure.Audit;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>Follows the chain of the audit log in a database, as it is at one time.</summary>
internal static class PostgreSqlAuditCheck
{
    private const string Place = "pywharf_audit";

    // Of one statement, whose time is limited.
    private const int LinesAtOnce = 10_000;

    /// <summary>Checks every line.</summary>
    /// <returns>The number of lines, and a sentence for each fault, which begins with the id of a row.</returns>
    public static Task<(long Lines, IReadOnlyList<string> Faults)> RunAsync(PostgreSqlDatabase database, CancellationToken cancellationToken) =>
        database.UseAsync(
            async (connection, token) =>
            {
                await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
                var (newest, oldest, head) = await ReadHeadAsync(connection, snapshot, token);
                var chain = new AuditChain(head, isComplete: oldest <= 1);
                var last = -1L;
                while (await CheckAsync(connection, snapshot, chain, last, token) is { } checkedUntil)
                {
                    last = checkedUntil;
                }

                if (chain.Lines != newest - oldest + 1)
                {
                    chain.Add($"{Place}: it has {chain.Lines} lines from {oldest} to {newest}: lines were removed or added");
                }

                return (chain.Lines, chain.Finish($"{Place} {newest}"));
            },
            cancellationToken);

    private static async Task<(long Newest, long Oldest, string? Head)> ReadHeadAsync(
        NpgsqlConnection connection, NpgsqlTransaction snapshot, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT newest, oldest, sha256 FROM pywharf_audit_head", connection, snapshot);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);

        return (rows.GetInt64(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : rows.GetString(2));
    }

    /// <summary>Checks the next lines; returns the id of the last one, or null where there are none.</summary>
    private static async Task<long?> CheckAsync(
        NpgsqlConnection connection, NpgsqlTransaction snapshot, AuditChain chain, long after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT id, line FROM pywharf_audit WHERE id > $1 ORDER BY id LIMIT {LinesAtOnce}", connection, snapshot)
        {
            Parameters = { new() { Value = after } },
        };
        long? last = null;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = rows.GetInt64(0);
            chain.Check(Encoding.UTF8.GetBytes(rows.GetString(1)), isWhole: true, () => $"{Place} {id}");
            last = id;
        }

        return last;
    }
}
