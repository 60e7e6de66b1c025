using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Support;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class WriteQueueTests : IDisposable
{
    private readonly SkippingTime _time = new();
    private readonly WriteQueue _queue;

    public WriteQueueTests() => _queue = new WriteQueue(_time);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task The_first_write_does_not_wait()
    {
        var before = _time.GetTimestamp();

        await _queue.WriteAsync(() => Task.FromResult(1), default);

        Assert.Equal(before, _time.GetTimestamp());
    }

    [Fact]
    public async Task A_second_lies_between_the_beginnings_of_two_writes()
    {
        var begun = new List<long>();

        for (var i = 0; i < 4; i++)
        {
            await _queue.WriteAsync(() => Begin(begun), default);
            _time.Advance(TimeSpan.FromMilliseconds(0.3));
        }

        Assert.All(begun.Zip(begun.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.TicksPerSecond, 2 * TimeSpan.TicksPerSecond));
    }

    [Fact]
    public async Task After_a_second_nobody_waits()
    {
        await _queue.WriteAsync(() => Task.FromResult(1), default);
        _time.Advance(TimeSpan.FromSeconds(1));
        var before = _time.GetTimestamp();

        await _queue.WriteAsync(() => Task.FromResult(1), default);

        Assert.Equal(before, _time.GetTimestamp());
    }

    [Fact]
    public async Task Writes_are_made_one_at_a_time_in_the_order_they_were_asked_for()
    {
        var first = new TaskCompletionSource<int>();
        var made = new List<int>();

        var writes = Enumerable.Range(0, 10).Select(i => _queue.WriteAsync(
            () =>
            {
                made.Add(i);
                return i == 0 ? first.Task : Task.FromResult(i);
            },
            default)).ToArray();
        Assert.Equal([0], made);
        first.SetResult(0);
        await Task.WhenAll(writes);

        Assert.Equal(Enumerable.Range(0, 10), made);
    }

    [Fact]
    public async Task A_write_that_takes_long_holds_nobody_up()
    {
        for (var i = 0; i < 30; i++)
        {
            // None of these has published yet, and none waits.
            await _queue.TryReserve(3).Value.AwaitTurnAsync(default);
        }

        Assert.Null(_queue.TryReserve(3).Failure);
        Assert.Equal(1, await _queue.WriteAsync(() => Task.FromResult(1), default));
    }

    [Fact]
    public async Task A_write_that_fails_lets_the_next_one_in()
    {
        await Assert.ThrowsAsync<IOException>(() => _queue.WriteAsync(() => Task.FromException<int>(new IOException()), default));

        Assert.Equal(1, await _queue.WriteAsync(() => Task.FromResult(1), default));
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_queue()
    {
        var first = new TaskCompletionSource<int>();
        using var cancellation = new CancellationTokenSource();
        var running = _queue.WriteAsync(() => first.Task, default);
        var waiting = _queue.WriteAsync<int>(() => throw new InvalidOperationException("It was cancelled."), cancellation.Token);
        var last = _queue.WriteAsync(() => Task.FromResult(3), default);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.SetResult(1);

        Assert.Equal(1, await running);
        Assert.Equal(3, await last);
    }

    [Fact]
    public void Who_would_wait_too_long_is_told_so_at_once()
    {
        var reservations = Enumerable.Range(0, 7).Select(_ => _queue.TryReserve(3)).ToArray();

        var refused = _queue.TryReserve(3).Failure;

        Assert.All(reservations, reservation => Assert.Null(reservation.Failure));
        Assert.Equal(FailureKind.Unavailable, refused?.Kind);
        Assert.Equal(TimeSpan.FromSeconds(21), refused?.RetryAfter);
    }

    [Fact]
    public void A_place_given_up_is_free_for_another()
    {
        var reservations = Enumerable.Range(0, 7).Select(_ => _queue.TryReserve(3).Value).ToArray();

        reservations[3].Dispose();
        reservations[3].Dispose();

        Assert.Null(_queue.TryReserve(3).Failure);
        Assert.NotNull(_queue.TryReserve(3).Failure);
    }

    [Fact]
    public async Task A_write_that_was_made_is_waited_for_no_more_and_a_repeated_one_takes_nobody_elses_place()
    {
        var reservations = Enumerable.Range(0, 7).Select(_ => _queue.TryReserve(3).Value).ToArray();

        for (var i = 0; i < 5; i++)
        {
            await reservations[0].WriteAsync(() => Task.FromResult(1), default);
        }

        reservations[0].Dispose();

        Assert.Null(_queue.TryReserve(3).Failure);
        Assert.Equal(TimeSpan.FromSeconds(21), _queue.TryReserve(3).Failure?.RetryAfter);
    }

    [Fact]
    public async Task Hundreds_at_once_leave_the_queue_empty()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(async () =>
        {
            var reserved = _queue.TryReserve(2);
            if (reserved.Failure is null)
            {
                using var reservation = reserved.Value;
                await reservation.WriteAsync(() => Task.FromResult(i), default);
            }
        })));

        Assert.Null(_queue.TryReserve(20).Failure);
        Assert.Null(_queue.TryReserve(1).Failure);
        Assert.NotNull(_queue.TryReserve(1).Failure);
    }

    private Task<int> Begin(List<long> begun)
    {
        begun.Add(_time.GetTimestamp());
        return Task.FromResult(begun.Count);
    }
}
