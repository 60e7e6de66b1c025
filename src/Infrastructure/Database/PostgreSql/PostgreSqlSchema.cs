using System.Data;
using System.Reflection;
using Npgsql;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The tables, made by the migrations in the folder of that name, which run in the order of their numbers in one transaction. Table pywharf_schema has
/// the number of the newest, and the lowest that a server has to know to use the database: so two versions serve side by side during an upgrade.
/// </summary>
internal static class PostgreSqlSchema
{
    /// <summary>The lowest <see cref="Version"/> of a server that can use the tables as they are now. Raised by a migration that older servers can't follow.</summary>
    public const int UsableFrom = 1;

    // Of the advisory lock under which migrations run: "pywharf" in ASCII.
    private const long Lock = 0x70797768617266;

    // A migration may have to rewrite a table.
    private const int MigrationSeconds = 600;

    private const string Table = """
        CREATE TABLE IF NOT EXISTS pywharf_schema (
            version integer NOT NULL,    -- the number of the newest migration
            usable_from integer NOT NULL -- a server that does not know this migration must not use the database
        )
        """;

    private static readonly IReadOnlyList<(int Number, string Resource)> Migrations = [.. Find()];

    /// <summary>The number of the newest migration that this program knows.</summary>
    public static int Version => Migrations[^1].Number;

    /// <summary>
    /// Makes or updates the tables where that is due. Throws <see cref="NewerSchemaException"/> where a newer version made them unusable for this one.
    /// </summary>
    public static async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(connection, cancellationToken) && await IsUsableAsync(connection, transaction: null, cancellationToken))
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await ExecuteAsync(connection, transaction, "SET LOCAL lock_timeout = 0", cancellationToken);
        await ExecuteAsync(connection, transaction, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
        await ExecuteAsync(connection, transaction, Table, cancellationToken);
        if (!await IsUsableAsync(connection, transaction, cancellationToken))
        {
            var (before, usableFrom) = await ReadAsync(connection, transaction, cancellationToken) ?? (0, 0);
            foreach (var (_, resource) in Migrations.Where(migration => migration.Number > before))
            {
                await ExecuteAsync(connection, transaction, await TextOfAsync(resource, cancellationToken), cancellationToken);
            }

            await ExecuteAsync(connection, transaction, "DELETE FROM pywharf_schema", cancellationToken);
            await ExecuteAsync(
                connection,
                transaction,
                $"INSERT INTO pywharf_schema (version, usable_from) VALUES ({Version}, {Math.Max(usableFrom, UsableFrom)})",
                cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Throws <see cref="NewerSchemaException"/> where a newer version has made the tables unusable since this server came.</summary>
    public static Task CheckAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        IsUsableAsync(connection, transaction, cancellationToken);

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass('pywharf_schema') IS NOT NULL", connection);

        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private static async Task<bool> IsUsableAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        await ReadAsync(connection, transaction, cancellationToken) switch
        {
            (_, var usableFrom) when usableFrom > Version => throw new NewerSchemaException(usableFrom),
            (var version, _) => version >= Version,
            null => false,
        };

    private static async Task<(int Version, int UsableFrom)?> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT version, usable_from FROM pywharf_schema", connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt32(0), reader.GetInt32(1)) : null;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = MigrationSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static IEnumerable<(int Number, string Resource)> Find() =>
        from resource in Assembly.GetExecutingAssembly().GetManifestResourceNames()
        where resource.EndsWith(".sql", StringComparison.Ordinal)
        let name = resource.Split('/')[^1]
        let number = int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)))
        orderby number
        select (number, resource);

    private static async Task<string> TextOfAsync(string resource, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);

        return await reader.ReadToEndAsync(cancellationToken);
    }
}
