using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Unit.Api.Sessions;

public sealed class SessionStoreTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_session_is_found_by_its_id_until_it_expires()
    {
        var sut = new SessionStore(_time);
        var id = sut.Begin(SomeCredential());

        Assert.NotNull(sut.Find(id));
        _time.Now += SessionStore.Lifetime;
        Assert.Null(sut.Find(id));
    }

    [Fact]
    public void A_session_that_was_ended_is_gone()
    {
        var sut = new SessionStore(_time);
        var id = sut.Begin(SomeCredential());

        sut.End(id);

        Assert.Null(sut.Find(id));
    }

    [Fact]
    public void Ids_and_tokens_are_new_each_time_and_hold_no_secret()
    {
        var sut = new SessionStore(_time);
        var ids = Enumerable.Range(0, 100).Select(_ => sut.Begin(SomeCredential())).ToList();

        Assert.Distinct(ids);
        Assert.Distinct(ids.Select(id => sut.Find(id)?.CsrfToken));
        Assert.All(ids, id => Assert.DoesNotContain("s3cret", id, StringComparison.Ordinal));
    }

    [Fact]
    public void A_flood_of_logins_pushes_out_the_oldest_only()
    {
        var sut = new SessionStore(_time);
        var first = sut.Begin(SomeCredential());
        for (var i = 0; i < 10_000; i++)
        {
            _time.Now += TimeSpan.FromMilliseconds(1);
            sut.Begin(SomeCredential());
        }

        var last = sut.Begin(SomeCredential());

        Assert.Null(sut.Find(first));
        Assert.NotNull(sut.Find(last));
    }

    private static Credential SomeCredential() => new("local", new Secret("s3cret"));

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
