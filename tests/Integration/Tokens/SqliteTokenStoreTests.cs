using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Storage;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Tokens;

/// <summary>ROOT/tokens.db: what two processes on one folder know of each other, and what happens to a database that can't be read.</summary>
public sealed class SqliteTokenStoreTests : TokenStoreContract, IDisposable
{
    private readonly TempFolder _root = new();
    private readonly Lines _log = new();
    private readonly List<SqliteTokenStore> _stores = [];

    private string Database => Path.Combine(_root.Path, "tokens.db");

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        _root.Dispose();
    }

    [Fact]
    public async Task Without_a_token_there_is_no_database()
    {
        var store = Open();

        await store.RefreshAsync(default);
        Assert.Empty(await store.ListAsync(Team, default));
        Assert.False(await store.RemoveAsync(Team, NameOf("ci"), default));
        store.Used(Token("ci"));
        await store.RefreshAsync(default);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task An_unknown_token_is_looked_for_at_once_but_not_more_than_twentyTimes_a_second()
    {
        var (here, there) = (Open(), Open());
        var (first, second) = (Token("first"), Token("second"));

        await here.TryAddAsync(first, 10, default);
        Time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.NotNull(await there.FindAsync(first.Digest, default));

        await here.TryAddAsync(second, 10, default);
        Assert.Null(await there.FindAsync(second.Digest, default));
        Time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.NotNull(await there.FindAsync(second.Digest, default));
    }

    [Fact]
    public async Task Processes_that_make_the_first_tokens_at_once_make_one_database()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => Open(TimeProvider.System)).ToList();

        var additions = await Task.WhenAll(stores.Select((store, number) => Task.Run(() => store.TryAddAsync(Token($"ci-{number}"), 100, default))));

        Assert.All(additions, addition => Assert.Equal(TokenAddition.Added, addition));
        Assert.Equal(8, (await (await OpenedAsync()).ListAsync(Team, default)).Count);
        Assert.Empty(Directory.EnumerateFiles(_root.Path, "*.new*"));
    }

    [Fact]
    public async Task The_day_of_a_use_is_written_once_for_each_day()
    {
        var (here, there) = (Open(), Open());
        var token = Token("ci");
        await here.TryAddAsync(token, 10, default);
        using var other = TokenDatabase.Open(Database);

        var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        await UseAsync(here);
        Assert.Equal(today, Assert.Single(await there.ListAsync(Team, default)).LastUsed);

        // No other write that day, neither here nor by a process that has read it.
        var version = other.DataVersion;
        await UseAsync(here);
        await there.RefreshAsync(default);
        await UseAsync(there);
        Assert.Equal(version, other.DataVersion);

        Time.SetUtcNow(Time.GetUtcNow().AddDays(1));
        await UseAsync(there);
        Assert.NotEqual(version, other.DataVersion);
        Assert.Equal(today.AddDays(1), Assert.Single(await here.ListAsync(Team, default)).LastUsed);

        async Task UseAsync(ITokenStore store)
        {
            store.Used(await store.FindAsync(token.Digest, default) ?? throw new InvalidOperationException("It does not know the token."));
            await store.RefreshAsync(default);
        }
    }

    [Fact]
    public async Task A_use_that_can_not_be_written_while_another_process_writes_is_written_later()
    {
        var (here, there) = (Open(), Open());
        await here.TryAddAsync(Token("ci"), 10, default);
        using (var other = new SqliteFile(Database, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(10), ""))
        {
            Assert.True(other.TryBegin());
            here.Used(Token("ci"));
            await here.RefreshAsync(default);
            Assert.Null(Assert.Single(await there.ListAsync(Team, default)).LastUsed);
            Assert.NotNull(await here.FindAsync(Token("ci").Digest, default));
            other.Rollback();
        }

        await here.RefreshAsync(default);

        Assert.NotNull(Assert.Single(await there.ListAsync(Team, default)).LastUsed);
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("short")]
    [InlineData("altered")]
    [InlineData("other version")]
    public async Task A_damaged_database_opens_nothing_until_it_is_whole_again(string damage)
    {
        var token = Token("ci");
        using (var first = Open(Time))
        {
            await first.TryAddAsync(token, 10, default);
            for (var number = 0; number < 200; number++)
            {
                await first.TryAddAsync(Token($"other-{number}"), 1000, default);
            }
        }

        var whole = await File.ReadAllBytesAsync(Database);
        var store = await OpenedAsync();
        Assert.NotNull(await store.FindAsync(token.Digest, default));

        Damage(damage, whole);
        await store.RefreshAsync(default);
        await store.RefreshAsync(default);

        Assert.Null(await store.FindAsync(token.Digest, default));
        Assert.StartsWith($"The tokens in {Database} can't be read, so that none of them opens anything until they can", Assert.Single(_log), StringComparison.Ordinal);
        foreach (var change in new Func<Task>[]
        {
            () => store.TryAddAsync(Token("new"), 1000, default),
            () => store.RemoveAsync(Team, token.Name, default),
            () => store.ListAsync(Team, default),
            () => store.FindByNameAsync(Team, token.Name, default),
        })
        {
            Assert.Equal(FailureKind.Unavailable, StorageError.FailureOf(await Assert.ThrowsAsync<IOException>(change))?.Kind);
        }

        await File.WriteAllBytesAsync(Database, whole);
        await store.RefreshAsync(default);

        Assert.NotNull(await store.FindAsync(token.Digest, default));
        Assert.Equal($"The tokens in {Database} can be read again.", _log.Last());
    }

    [Fact]
    public async Task Tokens_of_a_database_that_was_removed_open_nothing_and_new_ones_can_be_made()
    {
        var store = Open();
        await store.TryAddAsync(Token("ci"), 10, default);

        File.Delete(Database);
        await store.RefreshAsync(default);
        Assert.Null(await store.FindAsync(Token("ci").Digest, default));
        Assert.Empty(await store.ListAsync(Team, default));

        Assert.Equal(TokenAddition.Added, await store.TryAddAsync(Token("other"), 10, default));
        Assert.Equal(["other"], (await store.ListAsync(Team, default)).Select(token => token.Name.ToString()));
        Assert.Null(await (await OpenedAsync()).FindAsync(Token("ci").Digest, default));
    }

    [FactWhen(Needs.Mount)]
    public async Task A_full_disk_refuses_tokens_and_revocations_and_loses_none()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 2);
        using var store = new SqliteTokenStore(Path.Combine(disk.Path, "tokens.db"), Path.Combine(disk.Path, "lock", ".tokens"), Time, _log);
        disk.FillBut(0);
        Assert.Equal(FailureKind.OutOfSpace, StorageError.FailureOf(await Assert.ThrowsAsync<IOException>(() => store.TryAddAsync(Token("ci"), 10, default)))?.Kind);
        Assert.False(File.Exists(Path.Combine(disk.Path, "tokens.db")));

        disk.Free();
        Assert.Equal(TokenAddition.Added, await store.TryAddAsync(Token("ci"), 10, default));
        disk.FillBut(0);
        IOException? refused = null;
        for (var number = 0; refused is null; number++)
        {
            refused = await Record.ExceptionAsync(() => store.TryAddAsync(Token($"ci-{number}"), 10_000, default)) as IOException;
        }

        Assert.Equal(FailureKind.OutOfSpace, StorageError.FailureOf(refused)?.Kind);
        store.Used(Token("ci"));
        await store.RefreshAsync(default);
        Assert.NotNull(await store.FindAsync(Token("ci").Digest, default));

        disk.Free();
        await store.RefreshAsync(default);
        Assert.NotNull((await store.FindByNameAsync(Team, NameOf("ci"), default))?.LastUsed);
        Assert.True(await store.RemoveAsync(Team, NameOf("ci"), default));
    }

    [Fact]
    public async Task A_token_of_a_repository_that_can_have_no_such_name_any_more_is_passed_over()
    {
        var store = Open();
        await store.TryAddAsync(Token("ci"), 10, default);
        using (var database = new SqliteFile(Database, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(10), ""))
        {
            database.Execute($"INSERT INTO tokens SELECT 'health', name, '{new string('0', 64)}', permission, projects, reads, networks, expires, created, last_used FROM tokens");
        }

        await store.RefreshAsync(default);

        Assert.NotNull(await store.FindAsync(Token("ci").Digest, default));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task Ten_thousand_tokens_are_found_and_keep_the_scopes_that_they_share()
    {
        await Open().TryAddAsync(Token("first"), 10, default);
        using (var database = new SqliteFile(Database, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(10), ""))
        {
            database.Execute(
                """
                WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10000)
                INSERT INTO tokens (repository, name, sha256, permission, projects, reads, networks, created)
                    SELECT 'team', 'ci-' || n, printf('%064x', n), 'Write', 'billing-' || (n % 100), '*', '', 0 FROM numbers
                """);
        }

        var store = await OpenedAsync();

        Assert.Equal(10_001, (await store.ListAsync(Team, default)).Count);
        var found = new List<AccessToken?>();
        for (var number = 1; number <= 10_000; number++)
        {
            found.Add(Sha256Digest.TryParse($"{number:x64}", out var digest) ? await store.FindAsync(digest, default) : null);
        }

        Assert.All(found, Assert.NotNull);
        Assert.Equal("ci-10000", found[^1]?.Name.ToString());
        Assert.Equal(100, found.Select(token => token?.Projects).Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.All(found, token => Assert.Same(ProjectScope.All, token?.Reads));

        // Their pages are cached by the scope: it outlives another process's change.
        var scope = found[0]?.Projects;
        await Open().TryAddAsync(Token("another"), 100_000, default);
        await store.RefreshAsync(default);
        Assert.NotNull(await store.FindAsync(Token("another").Digest, default));
        Assert.Same(scope, (await store.FindAsync(found[0]!.Digest, default))?.Projects);
    }

    private protected override SqliteTokenStore Open(TimeProvider time)
    {
        var store = new SqliteTokenStore(Path.Combine(_root.Path, "tokens.db"), Path.Combine(_root.Path, "lock", ".tokens"), time, _log);
        _stores.Add(store);

        return store;
    }

    private void Damage(string damage, byte[] whole)
    {
        switch (damage)
        {
            case "garbage":
                File.WriteAllBytes(Database, [.. whole.Select((value, at) => (byte)(value ^ at ^ 0x5a))]);
                break;
            case "empty":
                File.WriteAllBytes(Database, []);
                break;
            case "short":
                File.WriteAllBytes(Database, whole[..(whole.Length / 2)]);
                break;
            case "altered":
                var text = System.Text.Encoding.Latin1.GetString(whole);
                File.WriteAllBytes(Database, System.Text.Encoding.Latin1.GetBytes(text.Replace("Read", "Rule", StringComparison.Ordinal)));
                break;
            default:
                using (var database = new SqliteFile(Database, SqliteOpenMode.ReadWrite, TimeSpan.FromSeconds(10), ""))
                {
                    database.Execute("PRAGMA user_version = 2");
                }

                break;
        }
    }

    private sealed class Lines : ConcurrentQueue<string>, ILogger<SqliteTokenStore>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue(formatter(state, exception));
    }
}
