namespace PyWharf.Support;

/// <summary>
/// A clock on which a wait of some seconds is over at once: it jumps to the end of the wait. What takes longer is a time limit, which is
/// measured in real time.
/// </summary>
internal sealed class HastyTime : TimeProvider
{
    private static readonly TimeSpan ShortestLimit = TimeSpan.FromSeconds(11);

    private long _ticks = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero || dueTime >= ShortestLimit)
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        Advance(dueTime);

        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
