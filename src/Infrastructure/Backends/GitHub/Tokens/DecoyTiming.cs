using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>
/// How long GitHub takes to refuse a token, by recent measurements, so that a decoy takes as long. Without recent ones, and after an error, it is measured
/// with a token that GitHub knows. Safe for concurrent use.
/// </summary>
/// <param name="ask">Sends that request; returns its failure, or null.</param>
/// <param name="time">Measures and waits.</param>
internal sealed class DecoyTiming(Func<Task<Failure?>> ask, TimeProvider time)
{
    // How long a measurement is used.
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private const int Most = 16;

    private readonly Lock _lock = new();
    private readonly Queue<TimeSpan> _taken = new();
    private Failure? _failure;
    private long? _measuredAt;
    private Task? _measuring;

    /// <summary>Adds a measurement.</summary>
    /// <param name="taken">How long it took.</param>
    /// <param name="failure">The failure of the request; null for a refusal.</param>
    public void Add(TimeSpan taken, Failure? failure)
    {
        lock (_lock)
        {
            // Old measurements, and those from before an error, are dropped.
            if (failure != _failure || !IsFresh)
            {
                _taken.Clear();
            }

            (_failure, _measuredAt) = (failure, time.GetTimestamp());
            _taken.Enqueue(taken);
            if (_taken.Count > Most)
            {
                _taken.Dequeue();
            }
        }
    }

    /// <summary>Takes as long as a refusal. Returns the failure that a request would have, or null.</summary>
    public async Task<Failure?> SpendAsync()
    {
        var start = time.GetTimestamp();
        await MeasureAsync();

        TimeSpan taken;
        Failure? failure;
        lock (_lock)
        {
            (taken, failure) = (_taken.ElementAt(Random.Shared.Next(_taken.Count)), _failure);
        }

        if (taken - time.GetElapsedTime(start) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, time);
        }

        return failure;
    }

    private bool IsFresh => _measuredAt is { } at && time.GetElapsedTime(at) < Lifetime;

    private Task MeasureAsync()
    {
        lock (_lock)
        {
            return IsFresh ? Task.CompletedTask : _measuring is { IsCompleted: false } ? _measuring : _measuring = MeasureOnceAsync();
        }
    }

    private async Task MeasureOnceAsync()
    {
        await Task.Yield(); // off the lock
        var start = time.GetTimestamp();
        var failure = await ask();
        Add(time.GetElapsedTime(start), failure);
    }
}
