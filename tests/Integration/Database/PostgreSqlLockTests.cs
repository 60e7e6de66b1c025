using PyWharf.Infrastructure.Storage;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Database;

/// <summary>Locks and leases that servers have in the database, and what happens to them when their holder dies.</summary>
public sealed class PostgreSqlLockTests
{
    private const string EndOthers = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    [FactWhen(Needs.PostgreSql)]
    public async Task One_server_at_a_time_has_a_project_locked_and_others_wait_for_it()
    {
        var url = await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync();
        await using var one = new SharedDatabase(url);
        await using var other = new SharedDatabase(url);
        var (holders, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            await using var held = await (i % 2 == 0 ? one : other).Locks.TryLockAsync(SharedDatabase.Project("demo"), default);
            Assert.NotNull(held);
            most = Math.Max(most, Interlocked.Increment(ref holders));
            Assert.True(await held.IsHeldAsync(default));
            Interlocked.Decrement(ref holders);
        }));

        Assert.Equal(1, most);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task More_projects_than_connections_are_locked_at_once_in_turn()
    {
        var url = await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync();
        await using var server = new SharedDatabase(url);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            await using var held = await server.Locks.TryLockAsync(SharedDatabase.Project($"p{i}"), default);
            Assert.NotNull(held);
            await server.PublishAsync($"p{i}"); // which takes a connection, too
        }));

        Assert.Equal(100, (await server.Catalog.GetAllAsync()).Count);
        Assert.Empty(server.Log);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_lock_whose_connection_was_ended_is_known_to_be_lost_and_goes_to_the_next()
    {
        var engine = await PostgreSqlEngine.SharedAsync();
        var url = await engine.CreateDatabaseAsync();
        await using var one = new SharedDatabase(url);
        await using var other = new SharedDatabase(url);
        var held = await one.Locks.TryLockAsync(SharedDatabase.Project("demo"), default);
        Assert.NotNull(held);
        var waiting = other.Locks.TryLockAsync(SharedDatabase.Project("demo"), default);

        // Only the holder's transaction.
        await engine.ExecuteAsync(url.Split('/')[^1], $"{EndOthers} AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)");

        await using var next = await waiting;
        Assert.NotNull(next);
        Assert.False(await held.IsHeldAsync(default));
        Assert.True(await next.IsHeldAsync(default));
        await held.DisposeAsync();
        Assert.True(await next.IsHeldAsync(default));
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_lock_that_can_not_be_had_is_a_failure_of_the_database()
    {
        using var engine = await PostgreSqlEngine.StartAsync();
        await using var server = new SharedDatabase(await engine.CreateDatabaseAsync());
        await using (var held = await server.Locks.TryLockAsync(SharedDatabase.Project("demo"), default))
        {
            Assert.NotNull(held);
            await engine.StopAsync();
            Assert.False(await held.IsHeldAsync(default));
        }

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => server.Locks.TryLockAsync(SharedDatabase.Project("demo"), default));
        await engine.StartAgainAsync();
        await Eventually.HoldsAsync("it can be had again", () => server.Database.Trouble is null);
        await using var again = await server.Locks.TryLockAsync(SharedDatabase.Project("demo"), default);
        Assert.NotNull(again);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task One_server_holds_the_lease_of_a_repository_until_it_ends()
    {
        var url = await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync();
        await using var other = new SharedDatabase(url);
        await using (var one = new SharedDatabase(url))
        {
            Assert.True(await one.HoldsLeaseAsync());
            Assert.True(await one.HoldsLeaseAsync());
            Assert.False(await other.HoldsLeaseAsync());
        }

        await Eventually.HoldsAsync(other.HoldsLeaseAsync);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_server_that_is_cut_off_holds_no_lease_and_another_one_takes_it()
    {
        var engine = await PostgreSqlEngine.SharedAsync();
        var url = await engine.CreateDatabaseAsync();
        await using var network = new CuttableProxy(engine.Port);
        await using var far = new SharedDatabase(engine.Url(url.Split('/')[^1], $"127.0.0.1:{network.Port}"));
        await using var near = new SharedDatabase(url);
        Assert.True(await far.HoldsLeaseAsync());

        network.Cut();

        Assert.False(await far.HoldsLeaseAsync());
        await Eventually.HoldsAsync(near.HoldsLeaseAsync);
        network.Mend();
        Assert.False(await far.HoldsLeaseAsync());
        Assert.True(await near.HoldsLeaseAsync());
    }
}
