using System.IO.Pipelines;
using PyWharf.Api.Bodies;
using PyWharf.Domain;
using PyWharf.Support;

namespace PyWharf.Unit.Api.Bodies;

public sealed class RequestBodyTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(130);

    // Fails a test that would wait for ever.
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly SkippingTime _time = new();
    private readonly UntrustedBodies _untrusted = new();
    private readonly byte[] _buffer = new byte[100];

    [Fact]
    public async Task A_untrusted_body_has_to_be_there_as_a_whole_before_long_however_steadily_it_comes()
    {
        var client = new Pipe();
        await using var sut = BodyFrom(client);
        foreach (var second in Enumerable.Range(1, 29))
        {
            await client.Writer.WriteAsync(new byte[1]);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await sut.ReadAsync(_buffer) == 1, $"after {second} s");
        }

        var read = sut.ReadAsync(_buffer).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(FailureKind.TooSlow, (await Assert.ThrowsAsync<RequestBodyException>(() => read.WaitAsync(Hang))).Failure.Kind);
        await client.Writer.WriteAsync(new byte[1]);
        await Assert.ThrowsAsync<RequestBodyException>(() => sut.ReadAsync(_buffer).AsTask());
    }

    [Fact]
    public async Task Who_is_known_may_be_as_slow_as_they_like_as_long_as_something_comes()
    {
        var client = new Pipe();
        await using var sut = BodyFrom(client);
        sut.Trust();

        foreach (var _ in Enumerable.Range(0, 100))
        {
            var read = sut.ReadAsync(_buffer).AsTask();
            _time.Advance(Idle - TimeSpan.FromSeconds(1));
            await client.Writer.WriteAsync(new byte[1]);

            Assert.Equal(1, await read);
            _time.Advance(2 * Idle); // time between reads does not count
        }

        var last = sut.ReadAsync(_buffer).AsTask();
        _time.Advance(Idle);

        var failure = (await Assert.ThrowsAsync<RequestBodyException>(() => last.WaitAsync(Hang))).Failure;
        Assert.Equal(FailureKind.TooSlow, failure.Kind);
        Assert.Contains("130 seconds (--channel_timeout)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_that_ran_out_while_the_secret_was_looked_at_does_not_count()
    {
        var client = new Pipe();
        await using var sut = BodyFrom(client);
        _time.Advance(TimeSpan.FromMinutes(1));
        sut.Trust();
        await client.Writer.WriteAsync(new byte[1]);

        Assert.Equal(1, await sut.ReadAsync(_buffer));
    }

    [Fact]
    public async Task The_oldest_of_too_many_untrusted_gives_way()
    {
        var client = new Pipe();
        await using var first = BodyFrom(client);
        await using var known = BodyFrom(new Pipe());
        known.Trust();
        var (firstRead, knownRead) = (first.ReadAsync(_buffer).AsTask(), known.ReadAsync(_buffer).AsTask());
        var others = Enumerable.Range(0, UntrustedBodies.MaxBodies).Select(_ => BodyFrom(new Pipe())).ToList();
        var reads = others.ConvertAll(body => body.ReadAsync(new byte[1]).AsTask());

        var failure = (await Assert.ThrowsAsync<RequestBodyException>(() => firstRead.WaitAsync(Hang))).Failure;

        Assert.Equal((FailureKind.Unavailable, true), (failure.Kind, failure.RetryAfter > TimeSpan.Zero));
        Assert.False(knownRead.IsCompleted);
        Assert.All(reads, read => Assert.False(read.IsCompleted));
        others.ForEach(body => body.Dispose());
    }

    [Fact]
    public async Task A_short_channel_timeout_holds_for_untrusted_too_and_an_endless_one_for_nobody_unknown()
    {
        await using var hasty = BodyFrom(new Pipe(), TimeSpan.FromSeconds(20));
        await using var patient = BodyFrom(new Pipe(), TimeSpan.FromSeconds(int.MaxValue));
        var (hastyRead, patientRead) = (hasty.ReadAsync(_buffer).AsTask(), patient.ReadAsync(_buffer).AsTask());

        _time.Advance(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<RequestBodyException>(() => hastyRead.WaitAsync(Hang));
        Assert.False(patientRead.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<RequestBodyException>(() => patientRead.WaitAsync(Hang));
    }

    [Fact]
    public async Task Who_gives_up_by_themselves_is_told_that()
    {
        await using var sut = BodyFrom(new Pipe());
        using var gone = new CancellationTokenSource();
        var read = sut.ReadAsync(_buffer, gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private RequestBody BodyFrom(Pipe client, TimeSpan? idle = null) =>
        new(client.Reader, _untrusted, new RequestBodyOptions(idle ?? Idle), _time);
}
