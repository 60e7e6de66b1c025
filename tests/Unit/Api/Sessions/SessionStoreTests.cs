using Microsoft.Extensions.Time.Testing;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Unit.Api.Sessions;

public sealed class SessionStoreTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_session_is_found_by_its_id_until_it_expires()
    {
        var sut = new SessionStore(_time);
        var id = Begin(sut);

        Assert.NotNull(sut.Find(id));
        _time.Advance(SessionStore.Lifetime);
        Assert.Null(sut.Find(id));
    }

    [Fact]
    public void A_session_that_nobody_uses_expires_sooner()
    {
        var sut = new SessionStore(_time);
        var id = Begin(sut);

        _time.Advance(SessionStore.IdleLifetime - TimeSpan.FromSeconds(1));
        Assert.NotNull(sut.Find(id));
        _time.Advance(SessionStore.IdleLifetime);
        Assert.Null(sut.Find(id));
        Assert.Equal(0, sut.Count);
    }

    [Fact]
    public void A_session_in_use_expires_too()
    {
        var sut = new SessionStore(_time);
        var id = Begin(sut);

        for (var elapsed = TimeSpan.Zero; elapsed < SessionStore.Lifetime - TimeSpan.FromHours(1); elapsed += TimeSpan.FromHours(1))
        {
            _time.Advance(TimeSpan.FromHours(1));
            Assert.NotNull(sut.Find(id));
        }

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(sut.Find(id));
    }

    [Fact]
    public void A_session_that_was_ended_is_gone()
    {
        var sut = new SessionStore(_time);
        var id = Begin(sut);

        sut.End(id);

        Assert.Null(sut.Find(id));
    }

    [Fact]
    public void Ids_and_tokens_are_new_each_time_and_hold_no_secret()
    {
        var sut = new SessionStore(_time);
        var ids = Enumerable.Range(0, 50).Select(_ => Begin(sut)).ToList();

        Assert.Distinct(ids);
        Assert.Distinct(ids.Select(id => sut.Find(id)?.CsrfToken));
        Assert.All(ids, id => Assert.DoesNotContain("s3cret", id, StringComparison.Ordinal));
    }

    [Fact]
    public void A_flood_of_logins_ends_the_oldest_sessions_of_that_secret_and_none_of_another()
    {
        var sut = new SessionStore(_time);
        var other = Begin(sut, secret: "other");
        var elsewhere = Begin(sut, repository: "second");
        var own = Enumerable.Range(0, 10_001).Select(_ => Begin(sut)).ToList();

        Assert.NotNull(sut.Find(other));
        Assert.NotNull(sut.Find(elsewhere));
        Assert.All(own.SkipLast(50), id => Assert.Null(sut.Find(id)));
        Assert.All(own.TakeLast(50), id => Assert.NotNull(sut.Find(id)));
    }

    [Fact]
    public void A_name_that_is_typed_otherwise_is_no_other_holder()
    {
        var sut = new SessionStore(_time);
        var first = sut.Begin(Name("local"), new Credential("__token__", new Secret("s3cret")), Actor);

        foreach (var user in (string[])["local", "Local", "LOCAL", "", "__token__"])
        {
            foreach (var _ in Enumerable.Range(0, 10))
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                sut.Begin(Name("local"), new Credential(user, new Secret("s3cret")), Actor);
            }
        }

        Assert.Null(sut.Find(first));
    }

    [Fact]
    public void There_is_a_most_of_all_sessions_too()
    {
        var sut = new SessionStore(_time);
        var first = Begin(sut, secret: "0");
        foreach (var number in Enumerable.Range(1, 9_999))
        {
            Begin(sut, secret: $"{number / 40}");
        }

        Assert.NotNull(sut.Find(first));
        var last = Begin(sut, secret: "last");

        Assert.Null(sut.Find(first));
        Assert.NotNull(sut.Find(last));
    }

    private string Begin(SessionStore sut, string repository = "local", string secret = "s3cret")
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));

        return sut.Begin(Name(repository), new Credential(repository, new Secret(secret)), Actor);
    }

    private static AuditActor Actor { get; } = new(AuditActor.Session, "read secret");

    private static RepositoryName Name(string name) =>
        RepositoryName.TryParse(name, out var parsed, out var problem) ? parsed : throw new ArgumentException(problem);
}
