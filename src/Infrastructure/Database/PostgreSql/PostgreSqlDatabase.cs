using System.Data;
using Microsoft.Extensions.Logging;
using Npgsql;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The database that the servers of a fleet share. It connects when it is first asked, so that a server starts while the engine is away. Safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// Where it can't be used, every method throws <see cref="DatabaseUnavailableException"/>. A try at an engine that does not answer takes seconds;
/// after that, one caller a second tries, and all others fail at once. What it is in trouble with is logged once, and its recovery, too.
/// </remarks>
internal sealed partial class PostgreSqlDatabase : IAsyncDisposable, IDisposable
{
    // How long nobody tries an engine again that did not answer, and how long others wait for the outcome of a try.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Try = TimeSpan.FromSeconds(5);

    // A trouble that comes and goes is not logged more often than this.
    private static readonly TimeSpan BetweenLogs = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _migrating = new(1);
    private readonly Lock _state = new();
    private readonly Lazy<PostgreSqlListener> _listener;

    private volatile bool _isMigrated;

    // Changed under _state.
    private DatabaseTrouble? _trouble;
    private (long Since, TimeSpan For) _pause; // by the monotonic clock, as the other may be set back
    private (DatabaseTroubleKind Kind, long At)? _logged;
    private bool _isLogged;

    /// <summary>A database that is not connected yet.</summary>
    /// <param name="url">Where it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs trouble and recovery.</param>
    public PostgreSqlDatabase(DatabaseUrl url, TimeProvider time, ILogger logger)
    {
        (_time, _logger) = (time, logger);
        Sources = new PostgreSqlSources(url);
        _source = Sources.Shared;
        _listener = new Lazy<PostgreSqlListener>(() => new PostgreSqlListener(this, time));
    }

    /// <summary>The pools of connections; for those that hold a connection for longer than a request.</summary>
    public PostgreSqlSources Sources { get; }

    /// <summary>Why it can't be used now, without the password; null while it can, or was not asked yet.</summary>
    public string? Trouble
    {
        get
        {
            lock (_state)
            {
                return _trouble?.Reason;
            }
        }
    }

    /// <summary>Reads, outside a transaction. Throws <see cref="DatabaseUnavailableException"/>.</summary>
    /// <param name="work">May be called again, where the engine had closed a connection of the pool.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public Task<T> UseAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync((connection, _) => work(connection, cancellationToken), cancellationToken);

    /// <summary>
    /// Changes, in one transaction that is committed at the end. Throws <see cref="DatabaseUnavailableException"/>; where the connection was lost
    /// during the commit, nobody knows whether the change was made, so that what asks for it again has to see that it was.
    /// </summary>
    /// <param name="work">May be called again after a rollback, where the engine had closed a connection of the pool.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task<T> ChangeAsync<T>(Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(
            async (connection, attempt) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
                await PostgreSqlSchema.CheckAsync(connection, transaction, cancellationToken);
                var result = await work(connection, transaction, cancellationToken);
                attempt.IsFinal = true;
                await transaction.CommitAsync(CancellationToken.None);

                return result;
            },
            cancellationToken);

    /// <summary>Calls back when a channel is notified, by this server or another.</summary>
    /// <param name="channel">A name of lower-case letters and underscores.</param>
    /// <param name="received">Gets the payload. Must return soon.</param>
    /// <param name="reconnected">Called where notifications may have been missed. Must return soon.</param>
    /// <returns>Stops listening when disposed.</returns>
    public IDisposable Listen(string channel, Action<string> received, Action reconnected) => _listener.Value.Add(channel, received, reconnected);

    /// <summary>Notifies all listeners of a channel, of every server. Within a transaction, call pg_notify instead.</summary>
    public Task NotifyAsync(string channel, string payload, CancellationToken cancellationToken) => UseAsync(
        async (connection, token) =>
        {
            await using var notify = new NpgsqlCommand("SELECT pg_notify($1, $2)", connection)
            {
                Parameters = { new() { Value = channel }, new() { Value = payload } },
            };

            return await notify.ExecuteNonQueryAsync(token);
        },
        cancellationToken);

    /// <summary>Opens a connection that its caller keeps, with the schema in place. Throws <see cref="DatabaseUnavailableException"/>.</summary>
    /// <param name="source">One of <see cref="Sources"/>.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    public async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(cancellationToken);
            await MigrateAsync(connection, cancellationToken);
            NoteRecovery();

            return connection;
        }
        catch (Exception exception)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            if (exception is not DatabaseUnavailableException && DatabaseTrouble.OfOpening(exception) is { } trouble)
            {
                throw ToUnavailable(trouble, exception);
            }

            throw;
        }
    }

    /// <summary>
    /// Notes what an exception says about the database that came while one of its connections was used; the one to throw instead, or null where it says
    /// nothing.
    /// </summary>
    public DatabaseUnavailableException? ToUnavailable(Exception exception) => DatabaseTrouble.Of(exception) is { } trouble ? ToUnavailable(trouble, exception) : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_listener.IsValueCreated)
        {
            await _listener.Value.DisposeAsync();
        }

        await Sources.DisposeAsync();
        _migrating.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Attempt, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = new Attempt(); ; attempt = new Attempt { IsSecond = true })
        {
            await using var connection = await OpenAsync(_source, cancellationToken);
            try
            {
                return await work(connection, attempt);
            }
            catch (Exception exception) when (!attempt.IsFinal && !attempt.IsSecond && IsClosedByEngine(connection, exception))
            {
                // The engine was restarted since the connection was used last.
                NpgsqlConnection.ClearPool(connection);
            }
            catch (Exception exception) when (ToUnavailable(exception) is { } unavailable)
            {
                throw unavailable;
            }
        }
    }

    private DatabaseUnavailableException ToUnavailable(DatabaseTrouble trouble, Exception exception)
    {
        if (trouble.Kind != DatabaseTroubleKind.Busy)
        {
            Note(trouble);
        }

        return new DatabaseUnavailableException(trouble.Reason, exception) { IsBusy = trouble.Kind == DatabaseTroubleKind.Busy };
    }

    private static bool IsClosedByEngine(NpgsqlConnection connection, Exception exception) =>
        connection.State != ConnectionState.Open && exception is PostgresException or NpgsqlException { InnerException: IOException or null };

    private async Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_isMigrated)
        {
            return;
        }

        await _migrating.WaitAsync(cancellationToken);
        try
        {
            if (!_isMigrated)
            {
                await PostgreSqlSchema.MigrateAsync(connection, cancellationToken);
                _isMigrated = true;
            }
        }
        finally
        {
            _migrating.Release();
        }
    }

    private void ThrowIfAway()
    {
        lock (_state)
        {
            if (_trouble is not { Kind: DatabaseTroubleKind.Away } trouble)
            {
                return;
            }

            if (_time.GetElapsedTime(_pause.Since) < _pause.For)
            {
                throw new DatabaseUnavailableException(trouble.Reason);
            }

            _pause = (_time.GetTimestamp(), Try); // this caller tries
        }
    }

    private void Note(DatabaseTrouble trouble)
    {
        lock (_state)
        {
            _trouble = trouble;
            _pause = (_time.GetTimestamp(), Pause);
            _isMigrated = false; // another engine may answer next, or one with another database or a newer schema

            // No old connection counts as its recovery.
            Sources.Shared.Clear();
            Sources.Locks.Clear();

            // What is no outage may come and go with each statement: a full disk does not hinder reading.
            var isNoisy = trouble.Kind != DatabaseTroubleKind.Away && _logged is var (_, at) && _time.GetElapsedTime(at) < BetweenLogs;
            if (_logged?.Kind == trouble.Kind && (_isLogged || isNoisy))
            {
                return;
            }

            (_logged, _isLogged) = ((trouble.Kind, _time.GetTimestamp()), true);
        }

        if (trouble.Kind == DatabaseTroubleKind.Away)
        {
            Log.Away(_logger, Sources.Url, trouble.Reason);
        }
        else
        {
            Log.Refused(_logger, Sources.Url, trouble.Reason);
        }
    }

    private void NoteRecovery()
    {
        lock (_state)
        {
            _trouble = null;
            if (!_isLogged)
            {
                return;
            }

            _isLogged = false;
        }

        Log.Recovered(_logger, Sources.Url);
    }

    private sealed class Attempt
    {
        /// <summary>Whether a commit was begun, so that the work must not be done again.</summary>
        public bool IsFinal { get; set; }

        public bool IsSecond { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "The database {Url} can't be reached ({Why}). Pages are served from memory; uploads and other changes are answered with 503 until it can.")]
        public static partial void Away(ILogger logger, DatabaseUrl url, string why);

        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "The database {Url} can't be used: {Why}. Uploads and other changes are answered with 503 until this is corrected.")]
        public static partial void Refused(ILogger logger, DatabaseUrl url, string why);

        [LoggerMessage(Level = LogLevel.Information, Message = "The database {Url} can be used again.")]
        public static partial void Recovered(ILogger logger, DatabaseUrl url);
    }
}
