using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Sessions;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Sessions;

/// <summary>What every store of sessions promises.</summary>
public abstract class SessionStoreContract
{
    private protected SkippingTime Time { get; } = new();

    /// <summary>The store, which uses <see cref="Time"/>.</summary>
    private protected abstract ISessionStore Sut { get; }

    [ContractFact]
    public async Task A_session_is_found_by_its_id_until_it_expires()
    {
        var id = await BeginAsync();

        var session = await Sut.FindAsync(id, default);
        Assert.NotNull(session);
        Assert.Equal((Name("local"), "read secret", "local", "s3cret"), (session.Repository, session.Actor.Name, session.Credential.User, session.Credential.Secret.Reveal()));
        Assert.Null(await Sut.FindAsync(SessionToken.New(), default));

        Time.Advance(SessionLimits.Lifetime);
        Assert.Null(await Sut.FindAsync(id, default));
    }

    [ContractFact]
    public async Task A_session_that_nobody_uses_expires_sooner()
    {
        var id = await BeginAsync();

        Time.Advance(SessionLimits.IdleLifetime - TimeSpan.FromSeconds(1));
        Assert.NotNull(await Sut.FindAsync(id, default));
        await Sut.RemoveExpiredAsync(default);
        Assert.Equal(1, Sut.Count);
        Time.Advance(SessionLimits.IdleLifetime);
        Assert.Null(await Sut.FindAsync(id, default));
        await Sut.RemoveExpiredAsync(default);
        Assert.Equal(0, Sut.Count);
    }

    [ContractFact]
    public async Task A_session_in_use_expires_too()
    {
        var id = await BeginAsync();

        for (var elapsed = TimeSpan.Zero; elapsed < SessionLimits.Lifetime - TimeSpan.FromHours(1); elapsed += TimeSpan.FromHours(1))
        {
            Time.Advance(TimeSpan.FromHours(1));
            Assert.NotNull(await Sut.FindAsync(id, default));
        }

        Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await Sut.FindAsync(id, default));
    }

    [ContractFact]
    public async Task A_session_that_was_ended_is_gone()
    {
        var (ended, other) = (await BeginAsync(), await BeginAsync());

        await Sut.EndAsync(ended, default);
        await Sut.EndAsync(ended, default);

        Assert.Null(await Sut.FindAsync(ended, default));
        Assert.NotNull(await Sut.FindAsync(other, default));
    }

    [ContractFact]
    public async Task A_notice_is_shown_once_and_by_its_session_only()
    {
        var (id, other) = (await BeginAsync(), await BeginAsync());
        await FindAsync(id, other);
        Assert.Null(await Sut.TakeNoticeAsync(id, default));

        await Sut.LeaveNoticeAsync(id, "demo is now yanked", default);
        await FindAsync(id, other);

        Assert.Null(await Sut.TakeNoticeAsync(other, default));
        Assert.Equal("demo is now yanked", await Sut.TakeNoticeAsync(id, default));
        await FindAsync(id, other);
        Assert.Null(await Sut.TakeNoticeAsync(id, default));
    }

    [ContractFact]
    public async Task Ids_and_tokens_are_new_each_time_and_hold_no_secret()
    {
        var ids = new List<string>();
        var tokens = new List<string?>();
        for (var count = 0; count < 40; count++)
        {
            ids.Add(await BeginAsync());
            tokens.Add((await Sut.FindAsync(ids[^1], default))?.CsrfToken);
        }

        Assert.Distinct(ids.Concat(tokens));
        Assert.All(ids, id => Assert.True(SessionToken.IsWellFormed(id)));
        Assert.All(tokens, token => Assert.True(SessionToken.IsWellFormed(token ?? "")));
    }

    [ContractFact]
    public async Task A_flood_of_logins_ends_the_oldest_sessions_of_that_secret_and_none_of_another()
    {
        var other = await BeginAsync(actor: "write secret");
        var elsewhere = await BeginAsync(repository: "second");
        var own = new List<string>();
        for (var count = 0; count < SessionLimits.MostSessionsPerHolder + 3; count++)
        {
            // A name that is typed otherwise is no other holder.
            own.Add(await BeginAsync(user: count % 2 == 0 ? "local" : "__token__"));
        }

        Assert.NotNull(await Sut.FindAsync(other, default));
        Assert.NotNull(await Sut.FindAsync(elsewhere, default));
        for (var number = 0; number < own.Count; number++)
        {
            Assert.Equal(number >= 3, await Sut.FindAsync(own[number], default) is not null);
        }
    }

    private protected Task<string> BeginAsync(string repository = "local", string actor = "read secret", string? user = null)
    {
        Time.Advance(TimeSpan.FromMilliseconds(1));

        return Sut.BeginAsync(
            Name(repository), new Credential(user ?? repository, new Secret("s3cret")), new AuditActor(AuditActor.Session, actor), default);
    }

    private protected static RepositoryName Name(string name) =>
        RepositoryName.TryParse(name, out var parsed, out var problem) ? parsed : throw new ArgumentException(problem);

    private async Task FindAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            Assert.NotNull(await Sut.FindAsync(id, default));
        }
    }
}
