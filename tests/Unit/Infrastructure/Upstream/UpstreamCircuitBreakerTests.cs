using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

public class UpstreamCircuitBreakerTests
{
    private static readonly UpstreamOptions Settings = new();
    private static readonly UpstreamException Unreachable = new(FailureKind.Unavailable, "It is not there.") { IsOffline = true };

    private readonly FakeTimeProvider _time = new();
    private readonly UpstreamCircuitBreaker _breaker;

    // What requests are answered while it is open.
    private Failure? Failure => _breaker.Trouble is { IsOffline: true } trouble ? trouble.Failure : null;

    public UpstreamCircuitBreakerTests() => _breaker = new UpstreamCircuitBreaker("up.example", Settings, _time, NullLogger.Instance);

    [Fact]
    public void While_it_is_there_nobody_has_to_try()
    {
        Assert.Null(Failure);
        Assert.False(_breaker.TryBeginProbe());
    }

    [Fact]
    public void Only_one_tries_and_the_pauses_grow_up_to_an_end()
    {
        _breaker.Open(Unreachable);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.False(_breaker.TryBeginProbe());

            _time.Advance(TimeSpan.FromTicks(1));
            Assert.True(_breaker.TryBeginProbe());
            Assert.False(_breaker.TryBeginProbe());
            _breaker.Open(Unreachable);
        }
    }

    [Fact]
    public void Once_it_is_back_everybody_may_ask_and_the_next_trouble_begins_anew()
    {
        _breaker.Open(Unreachable);
        _time.Advance(Settings.LongestPause);
        Assert.True(_breaker.TryBeginProbe());

        _breaker.Close();
        Assert.Null(Failure);

        _breaker.Open(Unreachable);
        _time.Advance(Settings.FirstPause);
        Assert.Equal((true, "It is not there."), (_breaker.TryBeginProbe(), Failure?.Message));
    }
}
