using PyWharf.Application.Sessions;
using PyWharf.Infrastructure.Sessions;

namespace PyWharf.Integration.Sessions;

public sealed class InMemorySessionStoreTests : SessionStoreContract
{
    private readonly InMemorySessionStore _sut;

    public InMemorySessionStoreTests() => _sut = new InMemorySessionStore(Time);

    private protected override ISessionStore Sut => _sut;

    [Fact]
    public async Task There_is_a_most_of_all_sessions_too()
    {
        var first = await BeginAsync(actor: "0");
        for (var number = 1; number < SessionLimits.MostSessions; number++)
        {
            await BeginAsync(actor: $"{number / 40}");
        }

        Assert.NotNull(await Sut.FindAsync(first, default));
        var last = await BeginAsync(actor: "last");

        Assert.Null(await Sut.FindAsync(first, default));
        Assert.NotNull(await Sut.FindAsync(last, default));
    }
}
