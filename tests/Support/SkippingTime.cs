using Microsoft.Extensions.Time.Testing;

namespace PyWharf.Support;

/// <summary>
/// A clock for code that waits many times, so that no test could advance a <see cref="FakeTimeProvider"/> for each: a wait of up to 15 s
/// ends at once, with the clock moved on. A longer timer is a limit that must not be exceeded, and ends only when a test advances the clock.
/// </summary>
internal sealed class SkippingTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();

    /// <summary>How long each wait was.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var limit = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var timer = new SkippingTimer(this, limit, () => callback(state));
        timer.Change(dueTime, period);

        return timer;
    }

    private void Skip(TimeSpan wait)
    {
        lock (_lock)
        {
            Waits.Add(wait);
            AdjustTime(GetUtcNow() + wait); // runs no timer, unlike Advance
        }
    }

    private sealed class SkippingTimer(SkippingTime time, ITimer limit, Action run) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero || dueTime > LongestWait)
            {
                return limit.Change(dueTime, period);
            }

            limit.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            time.Skip(dueTime);

            // As a timer does: not on the thread that starts it.
            ThreadPool.QueueUserWorkItem(_ => run());
            return true;
        }

        public void Dispose() => limit.Dispose();

        public ValueTask DisposeAsync() => limit.DisposeAsync();
    }
}
