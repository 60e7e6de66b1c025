using Npgsql;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// An advisory lock of a transaction on a connection of its own: the engine releases it when the server that holds it is killed, and soon after it was
/// cut off.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="key">The number that is locked.</param>
/// <param name="time">The clock.</param>
/// <param name="released">Called when the connection is free again.</param>
internal sealed class PostgreSqlLock(PostgreSqlDatabase database, long key, TimeProvider time, Action released) : IProjectLock
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(15);

    // The engine ends a transaction that is idle for longer than PostgreSqlSources says.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _using = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private Task _beating = Task.CompletedTask;
    private bool _isLost;

    /// <summary>Acquires the lock; false where somebody else holds it for the time given. Throws <see cref="DatabaseUnavailableException"/>.</summary>
    public async Task<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        _connection = await database.OpenAsync(database.Sources.Locks, cancellationToken);
        try
        {
            _transaction = await _connection.BeginTransactionAsync(cancellationToken);
            while (!await TryAsync($"SELECT pg_try_advisory_xact_lock({key})", cancellationToken))
            {
                if (time.GetElapsedTime(start) > timeout)
                {
                    return false;
                }

                await Task.Delay(Retry, time, cancellationToken);
            }
        }
        catch (Exception exception) when (database.ToUnavailable(exception) is { } unavailable)
        {
            throw unavailable;
        }

        _beating = BeatAsync();

        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        await _using.WaitAsync(cancellationToken);
        try
        {
            return !_isLost && await TryAsync("SELECT true", CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
        {
            database.ToUnavailable(exception);
            _isLost = true;

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
        await _beating;
        try
        {
            if (_transaction is not null)
            {
                await _transaction.DisposeAsync();
            }

            if (_connection is not null)
            {
                await _connection.DisposeAsync();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
        {
            // The connection is lost, and with it the lock.
        }
        finally
        {
            released();
            _using.Dispose();
            _stopping.Dispose();
        }
    }

    private async Task<bool> TryAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection, _transaction);

        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Between, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token) && await IsHeldAsync(_stopping.Token))
            {
                // It goes on.
            }
        }
        catch (OperationCanceledException)
        {
            // It is released.
        }
    }
}
