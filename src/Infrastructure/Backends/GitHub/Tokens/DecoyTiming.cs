using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>
/// How long GitHub takes to refuse a token, from what it took lately; where that is long ago, or GitHub was in trouble, from a question about
/// a token that it knows. Safe for concurrent use.
/// </summary>
/// <param name="ask">Asks that question; says what the trouble was, or null.</param>
/// <param name="time">Measures and waits.</param>
internal sealed class DecoyTiming(Func<Task<Failure?>> ask, TimeProvider time)
{
    // So long what was measured is good for.
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private const int Most = 16;

    private readonly Lock _lock = new();
    private readonly Queue<TimeSpan> _taken = new();
    private Failure? _trouble;
    private long? _measuredAt;
    private Task? _measuring;

    /// <summary>Notes an answer.</summary>
    /// <param name="taken">How long it took.</param>
    /// <param name="trouble">What GitHub's trouble was in place of an answer; null for a refusal.</param>
    public void Add(TimeSpan taken, Failure? trouble)
    {
        lock (_lock)
        {
            // What was before trouble, or a while ago, is no measure.
            if (trouble != _trouble || !IsFresh)
            {
                _taken.Clear();
            }

            (_trouble, _measuredAt) = (trouble, time.GetTimestamp());
            _taken.Enqueue(taken);
            if (_taken.Count > Most)
            {
                _taken.Dequeue();
            }
        }
    }

    /// <summary>Takes as long as a refusal; returns the trouble that there would have been, or null.</summary>
    public async Task<Failure?> SpendAsync()
    {
        var start = time.GetTimestamp();
        await MeasureAsync();

        TimeSpan taken;
        Failure? trouble;
        lock (_lock)
        {
            (taken, trouble) = (_taken.ElementAt(Random.Shared.Next(_taken.Count)), _trouble);
        }

        if (taken - time.GetElapsedTime(start) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, time);
        }

        return trouble;
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
        var trouble = await ask();
        Add(time.GetElapsedTime(start), trouble);
    }
}
