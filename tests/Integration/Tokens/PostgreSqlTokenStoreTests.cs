using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Infrastructure.Storage;
using PyWharf.Integration.Database;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Tokens;

[Requires(Needs.PostgreSql)]
public sealed class PostgreSqlTokenStoreTests : TokenStoreContract, IAsyncLifetime, IDisposable
{
    private readonly List<PostgreSqlTokenStore> _opened = [];
    private PostgreSqlDatabase? _database;

    public async Task InitializeAsync() => _database = Connect(await PostgreSqlEngine.NewDatabaseAsync());

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _opened.ForEach(store => store.Dispose());
        _database?.Dispose();
    }

    [ContractFact]
    public async Task What_another_server_changes_is_noticed_without_a_refresh()
    {
        var (here, there) = (Open(), Open());
        var token = Token("ci");

        await here.TryAddAsync(token, 10, default);
        await Eventually.HoldsAsync("the other server knows it", () => KnownTo(there, token) is not null);

        await here.RemoveAsync(Team, token.Name, default);
        await Eventually.HoldsAsync("it is revoked there, too", () => KnownTo(there, token) is null);
    }

    [ContractFact]
    public async Task An_unknown_token_is_looked_for_at_once_but_not_more_than_twenty_times_a_second()
    {
        var store = Open();
        await store.TryAddAsync(Token("ci"), 10, default);
        await _database!.UseAsync(
            async (connection, token) =>
            {
                // As by another server whose notification has not arrived.
                await using var insert = new NpgsqlCommand(
                    "INSERT INTO pywharf_tokens (repository, name, sha256, permission, projects, reads, networks, created) SELECT repository, 'new', $1, permission, projects, reads, networks, created FROM pywharf_tokens",
                    connection)
                {
                    Parameters = { new() { Value = Token("new").Digest.ToString() } },
                };

                return await insert.ExecuteNonQueryAsync(token);
            },
            default);

        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await store.FindAsync(Token("new").Digest, default));
        for (var lookup = 1; lookup < 20; lookup++)
        {
            Assert.Null(await store.FindAsync(Token($"unknown-{lookup}").Digest, default));
        }

        Assert.Null(await store.FindAsync(Token("new").Digest, default));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await store.FindAsync(Token("new").Digest, default));
    }

    [ContractFact]
    public async Task While_the_database_is_away_known_tokens_go_on_and_nothing_is_changed()
    {
        using var engine = await PostgreSqlEngine.StartAsync();
        await using var database = Connect(PostgreSqlEngine.Parse(await engine.CreateDatabaseAsync()));
        var store = OpenOn(database, Time);
        await store.TryAddAsync(Token("ci"), 10, default);
        await engine.KillAsync();
        await store.RefreshAsync(default);

        Assert.NotNull(await store.FindAsync(Token("ci").Digest, default));
        Assert.Null(await store.FindAsync(Token("unknown").Digest, default));
        store.Used(Token("ci"));
        await store.RefreshAsync(default);
        foreach (var change in new Func<Task>[]
        {
            () => store.TryAddAsync(Token("new"), 10, default),
            () => store.RemoveAsync(Team, NameOf("ci"), default),
            () => store.ListAsync(Team, default),
        })
        {
            Assert.Equal(FailureKind.Unavailable, StorageError.FailureOf(await Assert.ThrowsAsync<DatabaseUnavailableException>(change))?.Kind);
        }

        await engine.StartAgainAsync();
        await Eventually.HoldsAsync(async () =>
        {
            await store.RefreshAsync(default);

            return database.Trouble is null && (await store.ListAsync(Team, default)) is [{ LastUsed: not null }];
        });
    }

    private protected override ITokenStore Open(TimeProvider time) => OpenOn(_database!, time);

    private static PostgreSqlDatabase Connect(DatabaseUrl url) => new(url, TimeProvider.System, new DatabaseLog());

    private PostgreSqlTokenStore OpenOn(PostgreSqlDatabase database, TimeProvider time)
    {
        var store = new PostgreSqlTokenStore(database, time, NullLogger<PostgreSqlTokenStore>.Instance);
        _opened.Add(store);

        return store;
    }
}
