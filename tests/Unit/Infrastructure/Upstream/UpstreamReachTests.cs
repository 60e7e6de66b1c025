using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

public class UpstreamReachTests
{
    private static readonly UpstreamSettings Settings = new();
    private static readonly UpstreamException Trouble = new(FailureKind.Unavailable, "It is not there.") { IsOffline = true };

    private readonly FakeTimeProvider _time = new();
    private readonly UpstreamReach _reach;

    public UpstreamReachTests() => _reach = new UpstreamReach("up.example", Settings, _time, NullLogger.Instance);

    [Fact]
    public void While_it_is_there_nobody_has_to_try()
    {
        Assert.Null(_reach.Lost);
        Assert.False(_reach.TakeTry());
    }

    [Fact]
    public void Only_one_tries_and_the_pauses_grow_up_to_an_end()
    {
        _reach.Lose(Trouble);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.False(_reach.TakeTry());

            _time.Advance(TimeSpan.FromTicks(1));
            Assert.True(_reach.TakeTry());
            Assert.False(_reach.TakeTry());
            _reach.Lose(Trouble);
        }
    }

    [Fact]
    public void Once_it_is_back_everybody_may_ask_and_the_next_trouble_begins_anew()
    {
        _reach.Lose(Trouble);
        _time.Advance(Settings.LongestPause);
        Assert.True(_reach.TakeTry());

        _reach.Find();
        Assert.Null(_reach.Lost);

        _reach.Lose(Trouble);
        _time.Advance(Settings.FirstPause);
        Assert.Equal((true, "It is not there."), (_reach.TakeTry(), _reach.Lost?.Message));
    }
}
