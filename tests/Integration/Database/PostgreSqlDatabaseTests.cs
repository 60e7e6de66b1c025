using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Infrastructure.Storage;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Database;

/// <summary>A database that goes away, refuses, is full, fails over and comes back.</summary>
public sealed class PostgreSqlDatabaseTests
{
    private readonly DatabaseLog _log = new();

    [FactWhen(Needs.PostgreSql)]
    public async Task A_wrong_password_and_an_unknown_database_are_told_as_such_and_once()
    {
        var engine = await PostgreSqlEngine.SharedAsync();
        await using var wrong = Open($"postgresql://wharf:hunter2@127.0.0.1:{engine.Port}/postgres");
        await using var unknown = Open(engine.Url("no_such_database"));

        foreach (var database in (PostgreSqlDatabase[])[wrong, wrong, unknown, unknown])
        {
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(database));
        }

        Assert.Equal(
            [
                $"The database postgresql://wharf@127.0.0.1/postgres can't be used: it refuses the user or the password. {Consequence}",
                $"The database postgresql://wharf@127.0.0.1/no_such_database can't be used: there is no such database: database \"no_such_database\" does not exist. {Consequence}",
            ],
            _log.Select(line => line.Message));
        Assert.Equal("it refuses the user or the password", wrong.Trouble);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task It_recovers_by_itself_from_an_engine_that_was_away_at_the_start_and_killed_later()
    {
        using var engine = await PostgreSqlEngine.StartAsync();
        var url = await engine.CreateDatabaseAsync();
        await engine.StopAsync();
        await using var database = Open(url);
        var told = 0;
        using var listening = database.Listen("test", _ => { }, () => Interlocked.Increment(ref told));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(database));
        Assert.NotNull(database.Trouble);

        await engine.StartAgainAsync();
        await Eventually.HoldsAsync("the return is noticed without a request", () => database.Trouble is null && Volatile.Read(ref told) == 1);
        Assert.Equal(1, await OneAsync(database));

        await engine.KillAsync();
        await Eventually.HoldsAsync("the end is noticed without a request", () => database.Trouble is not null);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(database));
        await engine.StartAgainAsync();
        await Eventually.HoldsAsync("listeners look for what they missed", () => database.Trouble is null && Volatile.Read(ref told) == 2);
        Assert.Equal(1, await OneAsync(database));

        Assert.Equal([LogLevel.Error, LogLevel.Information, LogLevel.Error, LogLevel.Information], _log.Select(line => line.Level));
        Assert.All(_log.Where(line => line.Level == LogLevel.Error), line => Assert.Contains("can't be reached", line.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Message.Contains(PostgreSqlEngine.Password, StringComparison.Ordinal));
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_restart_between_two_uses_is_no_failure()
    {
        using var engine = await PostgreSqlEngine.StartAsync();
        await using var database = Open(await engine.CreateDatabaseAsync());
        Assert.Equal(1, await OneAsync(database));

        await engine.StopAsync();
        await engine.StartAgainAsync();
        Assert.Equal(1, await OneAsync(database));

        await engine.StopAsync();
        await engine.StartAgainAsync();
        Assert.Equal(7, await database.ChangeAsync((connection, _, token) => ScalarAsync(connection, "SELECT 7", token), default));
        Assert.Empty(_log);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task Behind_a_cut_network_one_caller_waits_for_seconds_and_the_others_fail_at_once()
    {
        var engine = await PostgreSqlEngine.SharedAsync();
        await using var network = new CuttableProxy(engine.Port);
        var name = (await engine.CreateDatabaseAsync()).Split('/')[^1];
        await using var database = Open(engine.Url(name, $"127.0.0.1:{network.Port}"));
        Assert.Equal(1, await OneAsync(database));

        network.Cut();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(database));
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 1000; i++)
        {
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(database));
        }

        // At least one of a thousand tries, which takes as long as a connection may take: were each to wait, it would be an hour.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, ChildProcess.HangGuard);

        network.Mend();
        await Eventually.HoldsAsync(async () => await TryAsync(() => OneAsync(database)));
        Assert.Equal(2, _log.Count);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_notification_reaches_the_other_server_also_where_its_listener_came_later()
    {
        var url = await PostgreSqlEngine.NewDatabaseAsync();
        await using var one = new PostgreSqlDatabase(url, TimeProvider.System, _log);
        await using var other = new PostgreSqlDatabase(url, TimeProvider.System, _log);
        var received = new ConcurrentQueue<string>();
        var connected = 0;
        using var first = other.Listen("first", payload => received.Enqueue($"first {payload}"), () => Interlocked.Increment(ref connected));
        await Eventually.HoldsAsync("the first listens", () => Volatile.Read(ref connected) == 1);
        var second = other.Listen("second", payload => received.Enqueue($"second {payload}"), () => Interlocked.Increment(ref connected));
        await Eventually.HoldsAsync("the second listens", () => Volatile.Read(ref connected) == 2);

        await one.NotifyAsync("second", "a", default);
        await one.NotifyAsync("first", "b", default);
        await Eventually.HoldsAsync("both arrive", () => received.Count == 2);
        second.Dispose();
        await one.NotifyAsync("second", "c", default);
        await one.NotifyAsync("first", "d", default);
        await Eventually.HoldsAsync("the last one arrives", () => received.Contains("first d"));

        Assert.Equal(["second a", "first b", "first d"], received);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_listener_behind_a_cut_network_looks_again_once_it_is_mended()
    {
        var engine = await PostgreSqlEngine.SharedAsync();
        await using var network = new CuttableProxy(engine.Port);
        var name = (await engine.CreateDatabaseAsync()).Split('/')[^1];
        await using var database = Open(engine.Url(name, $"127.0.0.1:{network.Port}"));
        var told = 0;
        using var listening = database.Listen("test", _ => { }, () => Interlocked.Increment(ref told));
        await Eventually.HoldsAsync("it listens", () => Volatile.Read(ref told) == 1);

        network.Cut();
        await Eventually.HoldsAsync("the cut is noticed", () => database.Trouble is not null);
        network.Mend();

        await Eventually.HoldsAsync("it is told to look", () => Volatile.Read(ref told) == 2);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task Of_two_hosts_the_one_that_lives_is_used()
    {
        using var first = await PostgreSqlEngine.StartAsync();
        using var second = await PostgreSqlEngine.StartAsync();
        await second.ExecuteAsync("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
        await second.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        var hosts = $"127.0.0.1:{second.Port},127.0.0.1:{first.Port}";
        await using var database = Open(first.Url("postgres", hosts));

        Assert.Equal(first.Port, await PortAsync(database)); // the other one can't be written

        await first.StopAsync();
        await second.ExecuteAsync("postgres", "ALTER SYSTEM RESET default_transaction_read_only");
        await second.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        await Eventually.HoldsAsync(async () => await TryAsync(() => PortAsync(database)));
        Assert.Equal(second.Port, await PortAsync(database));

        static Task<int> PortAsync(PostgreSqlDatabase database) =>
            database.UseAsync((connection, token) => ScalarAsync(connection, "SELECT current_setting('port')::int", token), default);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task Out_of_connections_is_told_as_such_and_over_once_there_are_some()
    {
        using var engine = await PostgreSqlEngine.StartAsync("max_connections=4", "superuser_reserved_connections=0");
        var url = await engine.CreateDatabaseAsync();
        var taken = new Stack<NpgsqlConnection>();
        var settings = new NpgsqlConnectionStringBuilder(PostgreSqlEngine.Parse(url).Settings.ConnectionString) { Pooling = false }.ConnectionString;
        for (var i = 0; i < 4; i++)
        {
            taken.Push(new NpgsqlConnection(settings));
            await taken.Peek().OpenAsync();
        }

        await using var database = Open(url);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(database));
        Assert.Equal("it has no connection left (max_connections)", database.Trouble);

        while (taken.TryPop(out var connection))
        {
            await connection.DisposeAsync();
        }

        await Eventually.HoldsAsync(async () => await TryAsync(() => OneAsync(database)));
        Assert.Null(database.Trouble);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task Servers_that_start_at_once_make_the_tables_once()
    {
        var url = await PostgreSqlEngine.NewDatabaseAsync();
        var databases = Enumerable.Range(0, 3).Select(_ => new PostgreSqlDatabase(url, TimeProvider.System, _log)).ToList();

        Assert.All(await Task.WhenAll(databases.Select(OneAsync)), one => Assert.Equal(1, one));

        Assert.Empty(_log);
        Assert.Equal(1, await databases[0].UseAsync((connection, token) => ScalarAsync(connection, "SELECT count(*)::int FROM pywharf_schema", token), default));
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_newer_schema_is_used_where_that_says_it_can_be()
    {
        var url = await PostgreSqlEngine.NewDatabaseAsync();
        await using (var newer = new PostgreSqlDatabase(url, TimeProvider.System, _log))
        {
            Assert.Equal(0, await newer.ChangeAsync(
                (connection, _, token) => ScalarAsync(connection, $"UPDATE pywharf_schema SET version = {PostgreSqlSchema.Version + 1}; SELECT 0", token), default));
            await using var older = new PostgreSqlDatabase(url, TimeProvider.System, _log);
            Assert.Equal(1, await OneAsync(older));
            Assert.Equal(PostgreSqlSchema.Version + 1, await older.UseAsync((connection, token) => ScalarAsync(connection, "SELECT version FROM pywharf_schema", token), default));
            await newer.ChangeAsync(
                (connection, _, token) => ScalarAsync(connection, $"UPDATE pywharf_schema SET usable_from = {PostgreSqlSchema.Version + 1}; SELECT 0", token), default);
        }

        await using var refused = new PostgreSqlDatabase(url, TimeProvider.System, _log);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(refused));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => OneAsync(refused));
        Assert.Equal(
            $"a newer version of pywharf changed it (it needs schema {PostgreSqlSchema.Version + 1}, this one knows {PostgreSqlSchema.Version}); update this server", refused.Trouble);
        Assert.Single(_log);
    }

    private const string Consequence = "Uploads and other changes are answered with 503 until this is corrected.";

    private PostgreSqlDatabase Open(string url) => new(PostgreSqlEngine.Parse(url), TimeProvider.System, _log);

    private static Task<int> OneAsync(PostgreSqlDatabase database) => database.UseAsync((connection, token) => ScalarAsync(connection, "SELECT 1", token), default);

    private static async Task<int> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);

        return await command.ExecuteScalarAsync(cancellationToken) is int value ? value : 0;
    }

    private static async Task<bool> TryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            await work();

            return true;
        }
        catch (DatabaseUnavailableException)
        {
            return false;
        }
    }
}
