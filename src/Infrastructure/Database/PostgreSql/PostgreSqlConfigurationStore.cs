using Npgsql;
using NpgsqlTypes;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The stored configuration in the database, with its secrets in clear as in a root folder. Its stamp is kept in memory; notifications tell when it may
/// have changed.
/// </summary>
internal sealed class PostgreSqlConfigurationStore : IConfigurationStore, IDisposable
{
    private const string Channel = "pywharf_configuration";
    private const string Stored = "stored";
    private const string Reload = "reload ";

    private readonly PostgreSqlDatabase _database;
    private readonly PostgreSqlServers _servers;
    private readonly IDisposable _listening;
    private volatile string? _stamp;

    public PostgreSqlConfigurationStore(PostgreSqlDatabase database, PostgreSqlServers servers)
    {
        (_database, _servers) = (database, servers);
        _listening = database.Listen(Channel, Receive, () => Changed?.Invoke());
    }

    /// <inheritdoc/>
    public string Place => "the database";

    /// <inheritdoc/>
    public bool IsKnown => _stamp is not null;

    /// <inheritdoc/>
    public bool Exists => _stamp is { Length: > 0 };

    /// <inheritdoc/>
    public string Stamp => _stamp ?? "";

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public event Action? ReloadRequested;

    /// <inheritdoc/>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync("SELECT stamp, '', NULL FROM pywharf_configuration", cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            // The database has logged why, and what is known stays.
        }
    }

    /// <inheritdoc/>
    public Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken) => ReadAsync(StoredConfiguration.Query, cancellationToken);

    /// <inheritdoc/>
    public async Task<T> ChangeAsync<T>(Func<ILockedConfiguration, Task<T>> change, CancellationToken cancellationToken)
    {
        var (result, stamp) = await _database.ChangeAsync(
            async (connection, transaction, token) =>
            {
                var locked = await StoredConfiguration.LockAsync(connection, transaction, token);

                return (await change(locked), locked.Stamp);
            },
            cancellationToken);
        _stamp = stamp;

        return result;
    }

    /// <inheritdoc/>
    public async Task RequestReloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _database.NotifyAsync(Channel, Reload + _servers.Id, cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            // The database has logged why.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listening.Dispose();

    private async Task<ConfigurationDocuments?> ReadAsync(string query, CancellationToken cancellationToken)
    {
        var documents = await _database.UseAsync((connection, token) => StoredConfiguration.ReadAsync(connection, transaction: null, query, token), cancellationToken);
        _stamp = documents?.StoredAs ?? "";

        return documents;
    }

    private void Receive(string payload)
    {
        if (payload == Stored)
        {
            Changed?.Invoke();
        }
        else if (payload.StartsWith(Reload, StringComparison.Ordinal) && payload != Reload + _servers.Id)
        {
            ReloadRequested?.Invoke();
        }
    }

    /// <summary>The row of the configuration, locked by a transaction.</summary>
    private sealed class StoredConfiguration : ILockedConfiguration
    {
        public const string Query = "SELECT stamp, config, admin_secret FROM pywharf_configuration";

        private readonly NpgsqlConnection _connection;
        private readonly NpgsqlTransaction _transaction;
        private ConfigurationDocuments? _documents;

        private StoredConfiguration(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

        public string Stamp => _documents?.StoredAs ?? "";

        /// <summary>Locks the table, as there may be no row yet, until the end of the transaction. Others can read it.</summary>
        public static async Task<StoredConfiguration> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand("LOCK TABLE pywharf_configuration IN SHARE ROW EXCLUSIVE MODE", connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);

            return new StoredConfiguration(connection, transaction) { _documents = await ReadAsync(connection, transaction, Query, cancellationToken) };
        }

        public static async Task<ConfigurationDocuments?> ReadAsync(
            NpgsqlConnection connection, NpgsqlTransaction? transaction, string query, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand(query, connection, transaction);
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);

            return await rows.ReadAsync(cancellationToken)
                ? new ConfigurationDocuments(rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2)) { StoredAs = rows.GetString(0) }
                : null;
        }

        public Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(_documents);

        public async Task<ConfigurationDocuments> KeepAsync(ConfigurationDocuments documents, CancellationToken cancellationToken)
        {
            var kept = new ConfigurationDocuments(documents.Config, documents.AdminSecret) { StoredAs = Guid.NewGuid().ToString("N") };
            await using var batch = new NpgsqlBatch(_connection, _transaction)
            {
                BatchCommands =
                {
                    new(
                        """
                        INSERT INTO pywharf_configuration (stamp, config, admin_secret) VALUES ($1, $2, $3)
                            ON CONFLICT (single) DO UPDATE SET stamp = excluded.stamp, config = excluded.config, admin_secret = excluded.admin_secret
                        """)
                    {
                        Parameters =
                        {
                            new() { Value = kept.StoredAs },
                            new() { Value = kept.Config },
                            new() { Value = (object?)kept.AdminSecret ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                        },
                    },
                    new($"SELECT pg_notify('{Channel}', '{Stored}')"),
                },
            };
            await batch.ExecuteNonQueryAsync(cancellationToken);
            _documents = kept;

            return kept;
        }
    }
}
