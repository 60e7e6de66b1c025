using System.Collections.Concurrent;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Database;

/// <summary>A catalog that servers share, while the database goes away, is restored, or can't be reached by one of them.</summary>
public sealed class PostgreSqlCatalogTests
{
    [FactWhen(Needs.PostgreSql)]
    public async Task A_change_of_one_server_shows_on_the_other_without_being_asked_for()
    {
        var url = await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync();
        await using var one = new SharedDatabase(url);
        await using var other = new SharedDatabase(url);
        await one.PublishAsync("first");
        await Eventually.HoldsAsync("the other one listens", () => other.Catalog.ChangeMark >= one.Catalog.ChangeMark);

        await one.PublishAsync("second");

        await Eventually.HoldsAsync("it is notified", () => other.Catalog.ChangeMark == one.Catalog.ChangeMark);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task Of_a_storage_that_was_changed_another_catalog_is_used()
    {
        var url = await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync();
        await using var server = new SharedDatabase(url);
        await server.PublishAsync("demo");
        using var other = new Infrastructure.Database.PostgreSql.PostgreSqlCatalogFactory(server.Database, TimeProvider.System)
            .Open(Domain.RepositoryName.TryParse("team", out var name, out _) ? name : throw new InvalidOperationException(), "another storage", path: "");

        Assert.Empty(await other.GetAllAsync());
        Assert.Single(await server.Catalog.GetAllAsync());
    }

    /// <summary>Where the answer to the commit is lost, the publisher takes its file back, and the catalog may have it.</summary>
    [FactWhen(Needs.PostgreSql)]
    public async Task A_folder_is_scanned_again_after_each_publication_and_each_change_of_its_record()
    {
        await using var server = new SharedDatabase(await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync());
        foreach (var change in (CatalogChange[])[new() { Published = [SharedDatabase.Cataloged("demo")] }, new() { ChangedRecord = (SharedDatabase.Project("demo"), Domain.ProjectRecord.Unreadable) }])
        {
            await server.Catalog.ChangeAsync(new CatalogChange { Folder = ("demo", 5) });
            Assert.Equal(5, await server.Catalog.GetStampAsync("demo"));

            await server.Catalog.ChangeAsync(change);

            Assert.Equal(0, await server.Catalog.GetStampAsync("demo"));
        }
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_notification_that_a_stranger_sends_is_not_believed()
    {
        await using var server = new SharedDatabase(await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync());
        await server.PublishAsync("first");
        await server.Catalog.CatchUpAsync(default);
        var (mark, generation) = (server.Catalog.ChangeMark, server.Catalog.Generation);

        await server.Database.NotifyAsync("pywharf_catalogs", $"1 {long.MaxValue}", default);
        await server.Catalog.CatchUpAsync(default);

        Assert.Equal((mark, generation), (server.Catalog.ChangeMark, server.Catalog.Generation));
        await server.PublishAsync("second");
        Assert.Equal(generation, server.Catalog.Generation);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_newer_version_that_made_the_tables_unusable_is_noticed_by_the_next_change()
    {
        var engine = await PostgreSqlEngine.SharedAsync();
        var url = await engine.CreateDatabaseAsync();
        await using var server = new SharedDatabase(url);
        await server.PublishAsync("first");

        await engine.ExecuteAsync(url.Split('/')[^1], "UPDATE pywharf_schema SET version = 99, usable_from = 99");

        Assert.Contains("newer version", (await Assert.ThrowsAsync<DatabaseUnavailableException>(() => server.PublishAsync("second"))).Message, StringComparison.Ordinal);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task Half_a_surrogate_pair_in_a_summary_is_replaced()
    {
        await using var server = new SharedDatabase(await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync());
        var file = SharedDatabase.Cataloged("demo");

        await server.Catalog.ChangeAsync(new CatalogChange { Published = [file with { File = file.File with { Summary = "half \ud83d" } }] });

        Assert.Equal("half \ufffd", (await server.Catalog.FindAsync(file.File.Filename.ToString()))?.File.Summary);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task An_engine_that_is_killed_again_and_again_in_the_middle_of_changes_loses_nothing_that_was_acknowledged()
    {
        using var engine = await PostgreSqlEngine.StartAsync("fsync=on");
        var url = await engine.CreateDatabaseAsync();
        await using var one = new SharedDatabase(url);
        await using var other = new SharedDatabase(url);
        await one.Catalog.MarkCompleteAsync(await one.Catalog.BeginSyncAsync(), default);
        var acknowledged = new ConcurrentBag<string>();
        using var stopping = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => WriteAsync(writer % 2 == 0 ? one : other, $"w{writer}")).ToList();

        for (var kill = 0; kill < 3; kill++)
        {
            var before = acknowledged.Count;
            await Eventually.HoldsAsync("changes are acknowledged", () => acknowledged.Count > before + 20);
            await engine.KillAsync();
            await Assert.ThrowsAnyAsync<IOException>(() => one.PublishAsync("while-it-is-away"));
            await engine.StartAgainAsync();
            await Eventually.HoldsAsync("both use it again", () => one.Database.Trouble is null && other.Database.Trouble is null);
        }

        await stopping.CancelAsync();
        await Task.WhenAll(writers);

        var changes = await one.Catalog.ReadChangesAsync(0);
        var there = (changes?.Published ?? []).Select(file => file.Filename.Project.ToString()).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(acknowledged.Except(there));
        Assert.Equal(there.Order(StringComparer.Ordinal), (await other.Catalog.GetFoldersAsync()).Keys.Order(StringComparer.Ordinal)); // of a change all or nothing

        async Task WriteAsync(SharedDatabase server, string writer)
        {
            for (var i = 0; !stopping.IsCancellationRequested; i++)
            {
                try
                {
                    await server.PublishAsync($"{writer}-{i}");
                    acknowledged.Add($"{writer}-{i}");
                }
                catch (DatabaseUnavailableException)
                {
                    await Task.Yield(); // asked to come again
                }
            }
        }
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_restore_from_a_backup_is_noticed_and_begins_a_new_generation()
    {
        var url = await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync();
        await using var server = new SharedDatabase(url);
        await server.Catalog.MarkCompleteAsync(await server.Catalog.BeginSyncAsync(), default);
        await server.PublishAsync("kept");
        var saved = await server.Catalog.GetRevisionAsync();
        await server.PublishAsync("lost");
        var known = await server.Catalog.GetRevisionAsync();
        var (generation, name) = (server.Catalog.Generation, url.Split('/')[^1]);

        await ExecuteAsync($"UPDATE pywharf_catalogs SET revision = {saved}, complete = 1; DELETE FROM pywharf_files WHERE revision > {saved}");

        // Pages go on from memory until the storage was looked at again.
        Assert.False((await server.Catalog.ReadChangesAsync(known))?.IsWhole);
        Assert.True(server.Catalog.NeedsSync);
        Assert.NotEqual(generation, server.Catalog.Generation);
        await server.Catalog.MarkCompleteAsync(await server.Catalog.BeginSyncAsync(), default);
        var all = await server.Catalog.ReadChangesAsync(known);
        Assert.True(all?.IsWhole);
        Assert.True(all?.Revision > known);
        Assert.Single(all?.Published ?? []);

        // An empty one, as after a disaster.
        await ExecuteAsync("DELETE FROM pywharf_catalogs");
        Assert.Null(await server.Catalog.ReadChangesAsync(0));
        await server.PublishAsync("again");
        Assert.True(await server.Catalog.GetRevisionAsync() > all?.Revision);
        Assert.True(server.Catalog.NeedsSync);

        async Task ExecuteAsync(string sql) => await (await PostgreSqlEngine.SharedAsync()).ExecuteAsync(name, sql);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task A_server_that_is_cut_off_says_so_keeps_nobody_waiting_and_catches_up_by_itself()
    {
        var engine = await PostgreSqlEngine.SharedAsync();
        var url = await engine.CreateDatabaseAsync();
        await using var network = new CuttableProxy(engine.Port);
        await using var near = new SharedDatabase(url);
        await using var far = new SharedDatabase(engine.Url(url.Split('/')[^1], $"127.0.0.1:{network.Port}"));
        await near.PublishAsync("first");
        await Eventually.HoldsAsync("the other one follows", () => far.Catalog.ChangeMark == near.Catalog.ChangeMark);
        Assert.Null(far.Catalog.Trouble);

        network.Cut();
        await Eventually.HoldsAsync("it says so", () => far.Catalog.Trouble is not null);
        await near.PublishAsync("second");
        await far.Catalog.CatchUpAsync(default);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => far.PublishAsync("third"));
        Assert.NotEqual(near.Catalog.ChangeMark, far.Catalog.ChangeMark);

        network.Mend();
        await Eventually.HoldsAsync("it has caught up", () => far.Catalog.ChangeMark == near.Catalog.ChangeMark);
        await Eventually.HoldsAsync("it is well again", () => far.Catalog.Trouble is null);
    }

    [FactWhen(Needs.PostgreSql)]
    public async Task What_PostgreSQL_takes_in_no_text_is_cut_off()
    {
        await using var server = new SharedDatabase(await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync());
        await server.PublishAsync("demo");
        var file = Assert.Single(await server.Catalog.GetAllAsync());

        await server.Catalog.ChangeAsync(new() { Described = [file with { File = file.File with { Summary = "one\0two" }, Fields = new([new("description", "one\0two")]) }] });

        Assert.Equal("one", Assert.Single(await server.Catalog.GetAllAsync()).File.Summary);
        Assert.Equal("one\0two", Assert.Single((await server.Catalog.GetFieldsAsync(file.File.Filename.ToString()))?.All() ?? []).Value);
    }
}
