namespace PyWharf.Support;

/// <summary>
/// A clock for code that waits. Waiting for a moment (up to 15 s) is over at once, with the clock moved on; a longer timer is a limit that
/// something must not exceed, and runs out only when a test moves the clock.
/// </summary>
internal sealed class SkippingTime : TimeProvider
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly List<Timer> _limits = [];
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>How long was waited, each time.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);

        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> over;
        lock (_lock)
        {
            _now += by;
            over = [.. _limits.Where(timer => timer.Due <= _now)];
            _limits.RemoveAll(over.Contains);
        }

        over.ForEach(timer => timer.Run());
    }

    private sealed class Timer(SkippingTime time, Action run) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Run() => run();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._limits.Remove(this);
                if (dueTime < TimeSpan.Zero)
                {
                    return true;
                }

                if (dueTime > Moment)
                {
                    Due = time._now + dueTime;
                    time._limits.Add(this);
                    return true;
                }

                time.Waits.Add(dueTime);
                time._now += dueTime;
            }

            // As a timer does: not on the thread that starts it.
            ThreadPool.QueueUserWorkItem(_ => run());
            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._limits.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
