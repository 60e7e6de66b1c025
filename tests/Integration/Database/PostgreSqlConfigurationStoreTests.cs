using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Integration.Initialize;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Database;

[Requires(Needs.PostgreSql)]
public sealed class PostgreSqlConfigurationStoreTests : ConfigurationStoreContract, IAsyncLifetime, IDisposable
{
    private readonly List<PostgreSqlConfigurationStore> _opened = [];
    private PostgreSqlDatabase? _database;

    public async Task InitializeAsync() => _database = new PostgreSqlDatabase(await PostgreSqlEngine.NewDatabaseAsync(), TimeProvider.System, new DatabaseLog());

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _opened.ForEach(store => store.Dispose());
        _database?.Dispose();
    }

    [ContractFact]
    public async Task Others_are_told_of_a_change_and_of_a_request_to_reload()
    {
        var (here, there) = (Open(), Open());
        var (changes, reloads, own) = (0, 0, 0);
        there.Changed += () => Interlocked.Increment(ref changes);
        there.ReloadRequested += () => Interlocked.Increment(ref reloads);
        here.ReloadRequested += () => Interlocked.Increment(ref own);

        await Eventually.HoldsAsync(async () =>
        {
            await here.RequestReloadAsync(default);

            return Volatile.Read(ref reloads) > 0;
        });
        var before = Volatile.Read(ref changes);
        await KeepAsync(here, First);

        await Eventually.HoldsAsync("it is told", () => Volatile.Read(ref changes) > before);
        Assert.Equal(0, Volatile.Read(ref own));
    }

    [ContractFact]
    public async Task What_is_not_known_yet_is_told_from_what_is_not_there()
    {
        var store = Open();
        Assert.False(store.IsKnown);

        await store.RefreshAsync(default);

        Assert.True(store.IsKnown);
        Assert.False(store.Exists);
    }

    private protected override IConfigurationStore Open()
    {
        var store = new PostgreSqlConfigurationStore(_database!, new PostgreSqlServers(_database!, TimeProvider.System));
        _opened.Add(store);

        return store;
    }
}
