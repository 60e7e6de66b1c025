namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>The storage's clock, as its responses tell it: the ages of objects are measured by it, whatever the clock of this machine says.</summary>
internal sealed class StoreClock(TimeProvider time)
{
    private long _offset;

    /// <summary>The time.</summary>
    public DateTimeOffset Now => time.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

    /// <summary>Reads it from a response.</summary>
    public void Read(HttpResponseMessage response)
    {
        if (response.Headers.Date is { } date)
        {
            Interlocked.Exchange(ref _offset, (date - time.GetUtcNow()).Ticks);
        }
    }
}
