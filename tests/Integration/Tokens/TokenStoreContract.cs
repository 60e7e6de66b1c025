using System.Net;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Tokens;

/// <summary>What every store of tokens promises.</summary>
public abstract class TokenStoreContract
{
    private protected static RepositoryName Team { get; } = Parsed("team");

    private protected SkippingTime Time { get; } = new();

    /// <summary>A store as of one server; each call is that of another one.</summary>
    private protected abstract ITokenStore Open(TimeProvider time);

    /// <summary>The same with time that skips waits.</summary>
    private protected ITokenStore Open() => Open(Time);

    [ContractFact]
    public async Task A_token_comes_back_as_it_was_made()
    {
        var token = Token("ci") with
        {
            Permission = AccessLevel.Admin,
            Projects = ScopeOf("billing", "billing-*"),
            Reads = ScopeOf("billing", "billing-*", "shared-?"),
            Networks = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32")],
            Expires = new DateTimeOffset(2027, 6, 30, 23, 59, 59, 999, 999, TimeSpan.Zero),
        };

        Assert.Equal(TokenAddition.Added, await Open().TryAddAsync(token, 10, default));

        var store = await OpenedAsync();
        foreach (var read in new[] { await store.FindAsync(token.Digest, default), await store.FindByNameAsync(Team, token.Name, default), Assert.Single(await store.ListAsync(Team, default)) })
        {
            Assert.NotNull(read);
            Assert.Equal((token.Repository, token.Name, token.Digest, token.Permission), (read.Repository, read.Name, read.Digest, read.Permission));
            Assert.Equal((token.Expires, token.CreatedAt, null, false), (read.Expires, read.CreatedAt, read.LastUsed, read.IsConfigured));
            Assert.Equal(token.Projects.Patterns, read.Projects.Patterns);
            Assert.Equal(token.Reads.Patterns, read.Reads.Patterns);
            Assert.Equal(token.Networks, read.Networks);
        }
    }

    [ContractFact]
    public async Task What_one_server_changes_counts_there_at_once_and_elsewhere_after_a_refresh()
    {
        var (here, there) = (Open(), Open());
        var token = Token("ci");

        Assert.Equal(TokenAddition.Added, await here.TryAddAsync(token, 10, default));
        Assert.NotNull(KnownTo(here, token));
        await there.RefreshAsync(default);
        Assert.NotNull(KnownTo(there, token));

        Assert.True(await there.RemoveAsync(Team, token.Name, default));
        Assert.Null(await there.FindAsync(token.Digest, default));
        await here.RefreshAsync(default);
        Assert.Null(await here.FindAsync(token.Digest, default));
        Assert.False(await here.RemoveAsync(Team, token.Name, default));
    }

    [ContractFact]
    public async Task A_repository_has_each_name_once_and_no_more_than_it_may()
    {
        var store = Open();

        Assert.Equal(TokenAddition.Added, await store.TryAddAsync(Token("a"), 2, default));
        Assert.Equal(TokenAddition.NameTaken, await store.TryAddAsync(Token("a"), 2, default));
        Assert.Equal(TokenAddition.Added, await store.TryAddAsync(Token("b"), 2, default));
        Assert.Equal(TokenAddition.TooMany, await store.TryAddAsync(Token("c"), 2, default));
        Assert.Equal(TokenAddition.NameTaken, await store.TryAddAsync(Token("a"), 2, default));
        Assert.Equal(TokenAddition.Added, await store.TryAddAsync(Token("a") with { Repository = Parsed("other"), Digest = Token("another").Digest }, 2, default));
        Assert.Equal(["a", "b"], (await store.ListAsync(Team, default)).Select(token => token.Name.ToString()));

        Assert.True(await store.RemoveAsync(Team, NameOf("a"), default));
        Assert.Equal(TokenAddition.Added, await store.TryAddAsync(Token("a"), 2, default));
        Assert.Single(await store.ListAsync(Parsed("other"), default));
    }

    [ContractFact]
    public async Task Servers_that_make_the_first_tokens_at_once_lose_none()
    {
        // Time that skips waits would run out on those that wait for their turn.
        var stores = Enumerable.Range(0, 8).Select(_ => Open(TimeProvider.System)).ToList();

        var additions = await Task.WhenAll(stores.Select((store, number) => Task.Run(() => store.TryAddAsync(Token($"ci-{number}"), 6, default))));

        Assert.Equal(6, additions.Count(addition => addition == TokenAddition.Added));
        Assert.Equal(2, additions.Count(addition => addition == TokenAddition.TooMany));
        Assert.Equal(6, (await (await OpenedAsync()).ListAsync(Team, default)).Count);
    }

    [ContractFact]
    public async Task The_day_of_a_use_is_kept()
    {
        var (here, there) = (Open(), Open());
        var token = Token("ci");
        await here.TryAddAsync(token, 10, default);

        var today = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);
        await UseAsync(here);
        Assert.Equal(today, Assert.Single(await there.ListAsync(Team, default)).LastUsed);

        Time.SetUtcNow(Time.GetUtcNow().AddDays(1));
        await there.RefreshAsync(default);
        await UseAsync(there);
        Assert.Equal(today.AddDays(1), Assert.Single(await here.ListAsync(Team, default)).LastUsed);

        async Task UseAsync(ITokenStore store)
        {
            store.Used(await store.FindAsync(token.Digest, default) ?? throw new InvalidOperationException("It does not know the token."));
            await store.RefreshAsync(default);
        }
    }

    [ContractFact]
    public async Task Tokens_keep_the_scopes_that_they_share()
    {
        var store = Open();
        foreach (var name in (string[])["a", "b"])
        {
            await Open().TryAddAsync(Token(name) with { Projects = ScopeOf("billing-*") }, 10, default);
        }

        await store.RefreshAsync(default);
        var scope = (await store.FindAsync(Token("a").Digest, default))?.Projects;
        Assert.Same(scope, (await store.FindAsync(Token("b").Digest, default))?.Projects);
        Assert.Same(ProjectScope.All, (await store.FindAsync(Token("b").Digest, default))?.Reads);

        // Their pages are cached by the scope: it outlives another server's change.
        await Open().TryAddAsync(Token("another"), 10, default);
        await store.RefreshAsync(default);
        Assert.Same(scope, (await store.FindAsync(Token("a").Digest, default))?.Projects);
    }

    private protected static RepositoryName Parsed(string text) => RepositoryName.TryParse(text, out var name, out _) ? name : throw new FormatException(text);

    private protected static TokenName NameOf(string text) => TokenName.TryParse(text, out var name, out _) ? name : throw new FormatException(text);

    private protected static ProjectScope ScopeOf(params string[] patterns) =>
        new(patterns.Select(text => NamePattern.TryParse(text, out var pattern, out _) ? pattern : throw new FormatException(text)));

    private protected AccessToken Token(string name) => new()
    {
        Repository = Team,
        Name = NameOf(name),
        Digest = TokenText.DigestOf(new Secret(name)),
        Permission = AccessLevel.Read,
        Projects = ProjectScope.All,
        Reads = ProjectScope.All,
        CreatedAt = Time.GetUtcNow(),
    };

    /// <summary>The token as a request finds it without waiting; null where it is not in memory.</summary>
    private protected static AccessToken? KnownTo(ITokenStore store, AccessToken token) =>
        store.FindAsync(token.Digest, default).AsTask() is { IsCompletedSuccessfully: true, Result: var found } ? found : null;

    private protected async Task<ITokenStore> OpenedAsync()
    {
        var store = Open();
        await store.RefreshAsync(default);

        return store;
    }
}
