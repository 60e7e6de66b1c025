using PyWharf.Application.Ports;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Initialize;

/// <summary>What every store of the configuration promises.</summary>
public abstract class ConfigurationStoreContract
{
    private protected static readonly ConfigurationDocuments First = new("config = \"first\"\n", "secret = \"first\"\n");
    private protected static readonly ConfigurationDocuments Second = new("config = \"second\"\n", null);

    /// <summary>The store as of one server; each call is that of another one.</summary>
    private protected abstract IConfigurationStore Open();

    [ContractFact]
    public async Task What_is_kept_is_read_by_all_and_is_another_one_each_time()
    {
        var (here, there) = (Open(), Open());
        Assert.Null(await there.ReadAsync(default));
        Assert.False(there.Exists);

        var first = await KeepAsync(here, First);
        Assert.Equal((true, first.StoredAs), (here.Exists, here.Stamp));
        await there.RefreshAsync(default);
        Assert.Equal((true, first.StoredAs), (there.Exists, there.Stamp));
        Assert.Equal(first, await there.ReadAsync(default));
        Assert.Equal((First.Config, First.AdminSecret), (first.Config, first.AdminSecret));

        var again = await KeepAsync(there, First);
        Assert.NotEqual(first.StoredAs, again.StoredAs);
        var second = await KeepAsync(there, Second);
        Assert.Equal(second, await here.ReadAsync(default));
        Assert.Null(second.AdminSecret);
    }

    [ContractFact]
    public async Task One_at_a_time_looks_and_changes()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => Open()).ToList();

        var kept = await Task.WhenAll(stores.Select(store => store.ChangeAsync(
            async locked => await locked.ReadAsync(default) is null ? await locked.KeepAsync(First, default) : null, default)));

        Assert.Single(kept, documents => documents is not null);
    }

    [ContractFact]
    public async Task A_change_that_fails_changes_nothing()
    {
        var store = Open();
        var first = await KeepAsync(store, First);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.ChangeAsync<int>(_ => throw new InvalidOperationException(), default));

        Assert.Equal(first, await Open().ReadAsync(default));
        await KeepAsync(store, Second);
    }

    private protected static Task<ConfigurationDocuments> KeepAsync(IConfigurationStore store, ConfigurationDocuments documents) =>
        store.ChangeAsync(locked => locked.KeepAsync(documents, default), default);
}
