using Npgsql;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// Receives the notifications of a database by one connection, which it opens again when it is lost. While the database is away, it is what tries it
/// each second, so that its return is noticed without a request.
/// </summary>
internal sealed class PostgreSqlListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // After this silence the engine is asked whether it is still there: a connection that was cut says nothing.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private readonly PostgreSqlDatabase _database;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _changing = new();
    private readonly Task _loop;

    // Replaced under _changing.
    private volatile IReadOnlyList<Subscription> _subscriptions = [];
    private CancellationTokenSource _added = new();

    public PostgreSqlListener(PostgreSqlDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Adds a listener; it is removed when the result is disposed.</summary>
    public IDisposable Add(string channel, Action<string> received, Action reconnected)
    {
        var subscription = new Subscription(this, channel, received, reconnected);
        lock (_changing)
        {
            _subscriptions = [.. _subscriptions, subscription];
            _added.Cancel();
        }

        return subscription;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
        _added.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Noted by the database, or a trouble of this connection alone: the next one is tried in a second.
                _database.ToUnavailable(exception);
            }

            try
            {
                await Task.Delay(Pause, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ListenAsync()
    {
        await using var connection = await _database.OpenAsync(_database.Sources.Unpooled, _stopping.Token);
        connection.Notification += (_, notification) => Receive(notification.Channel, notification.Payload);
        var channels = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            using var waiting = WatchForAdded(out var subscriptions);
            foreach (var channel in subscriptions.Select(subscription => subscription.Channel).Where(channels.Add))
            {
                await using var listen = new NpgsqlCommand($"LISTEN {channel}", connection);
                await listen.ExecuteNonQueryAsync(_stopping.Token);
            }

            foreach (var subscription in subscriptions.Where(subscription => !subscription.IsListening(connection)))
            {
                subscription.Connect(connection);
            }

            try
            {
                if (!await connection.WaitAsync(_database.Trouble is null ? Silence : Pause, waiting.Token))
                {
                    await using var ping = new NpgsqlCommand("SELECT 1", connection);
                    await ping.ExecuteNonQueryAsync(_stopping.Token);
                }
            }
            catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
            {
                // A listener was added.
            }

            // Others of this server may have met a trouble that this connection did not.
            if (_database.Trouble is not null && await IsBackAsync())
            {
                foreach (var subscription in _subscriptions)
                {
                    subscription.Connect(connection);
                }
            }
        }
    }

    private async Task<bool> IsBackAsync()
    {
        try
        {
            await (await _database.OpenAsync(_database.Sources.Shared, _stopping.Token)).DisposeAsync();

            return true;
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }

    /// <summary>A token that is cancelled when a listener is added to those that are returned, and at the end.</summary>
    private CancellationTokenSource WatchForAdded(out IReadOnlyList<Subscription> subscriptions)
    {
        lock (_changing)
        {
            if (_added.IsCancellationRequested)
            {
                _added.Dispose();
                _added = new CancellationTokenSource();
            }

            subscriptions = _subscriptions;

            return CancellationTokenSource.CreateLinkedTokenSource(_added.Token, _stopping.Token);
        }
    }

    private void Receive(string channel, string payload)
    {
        foreach (var subscription in _subscriptions.Where(subscription => subscription.Channel == channel))
        {
            subscription.Received(payload);
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_changing)
        {
            _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
        }
    }

    private sealed class Subscription(PostgreSqlListener listener, string channel, Action<string> received, Action reconnected) : IDisposable
    {
        private NpgsqlConnection? _connection;

        public string Channel => channel;

        public bool IsListening(NpgsqlConnection connection) => _connection == connection;

        /// <summary>Listens on this connection from now on: what was notified before may have been missed.</summary>
        public void Connect(NpgsqlConnection connection)
        {
            _connection = connection;
            reconnected();
        }

        public void Received(string payload) => received(payload);

        public void Dispose() => listener.Remove(this);
    }
}
