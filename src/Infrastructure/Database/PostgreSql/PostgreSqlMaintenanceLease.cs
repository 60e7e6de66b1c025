using Npgsql;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// Leases of repositories as advisory locks of one session: the engine gives them up when the server ends, and within seconds after it was cut off.
/// </summary>
internal sealed class PostgreSqlMaintenanceLease : IMaintenanceLease, IAsyncDisposable, IDisposable
{
    // The engine ends the session of a server that says nothing for so long; it says something every two seconds.
    private const int IdleTimeout = 10_000;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private readonly PostgreSqlDatabase _database;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _using = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<RepositoryName> _held = [];
    private readonly Lazy<Task> _beating;
    private NpgsqlConnection? _connection;

    public PostgreSqlMaintenanceLease(PostgreSqlDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _beating = new Lazy<Task>(BeatAsync);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryHoldAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        await _using.WaitAsync(cancellationToken);
        try
        {
            _ = _beating.Value;
            if (_connection is null)
            {
                // The engine has that setting from PostgreSQL 14 on; before, it ends the session of a server that was cut off by TCP keepalive.
                _connection = await _database.OpenAsync(_database.Sources.Unpooled, cancellationToken);
                await AskAsync($"SELECT count(set_config(name, '{IdleTimeout}', false)) >= 0 FROM pg_settings WHERE name = 'idle_session_timeout'");
            }

            return _held.Contains(repository)
                ? await AskAsync("SELECT true")
                : await AskAsync($"SELECT pg_try_advisory_lock({AdvisoryKey.OfMaintenance(repository.ToString())})") && _held.Add(repository);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
        {
            _database.ToUnavailable(exception);
            await DisconnectAsync();

            return false;
        }
        finally
        {
            _using.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_beating.IsValueCreated)
        {
            await _beating.Value;
        }

        await DisconnectAsync();
        _using.Dispose();
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    // Never cancelled, which would leave nobody knows what.
    private async Task<bool> AskAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);

        return await command.ExecuteScalarAsync(CancellationToken.None) is true;
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Between, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                await _using.WaitAsync(_stopping.Token);
                try
                {
                    if (_connection is not null)
                    {
                        await AskAsync("SELECT true");
                    }
                }
                catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
                {
                    _database.ToUnavailable(exception);
                    await DisconnectAsync();
                }
                finally
                {
                    _using.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task DisconnectAsync()
    {
        _held.Clear();
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }
}
