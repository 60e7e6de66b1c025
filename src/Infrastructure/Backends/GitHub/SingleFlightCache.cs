using System.Collections.Concurrent;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// What GitHub answered, believed for a while. Concurrent first questions share one call, which goes on when they give up; what fails is not
/// remembered. Safe for concurrent use.
/// </summary>
/// <param name="most">How many answers are kept; beyond that the oldest go.</param>
/// <param name="time">Tells how old an answer is.</param>
internal sealed class SingleFlightCache<TKey, T>(int most, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Known> _known = new();

    /// <summary>The answer of before, or a new one. Throws what asking throws.</summary>
    /// <param name="key">The question.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="lifetime">For how long an answer is good; zero for one that is not to be remembered.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<T> GetAsync(TKey key, Func<Task<T>> ask, Func<T, TimeSpan> lifetime, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out var known) && (!known.Answer.IsCompleted || IsFresh(known, lifetime)))
        {
            return await known.Answer.WaitAsync(cancellationToken);
        }

        var asked = new Known(time.GetTimestamp(), new Lazy<Task<T>>(ask));
        var current = known is null ? _known.GetOrAdd(key, asked) : _known.TryUpdate(key, asked, known) ? asked : _known.GetValueOrDefault(key, asked);
        MakeRoom();

        try
        {
            var answer = await current.Answer.WaitAsync(cancellationToken);
            if (lifetime(answer) <= TimeSpan.Zero)
            {
                _known.TryRemove(new(key, current));
            }

            return answer;
        }
        catch when (current.Answer.IsFaulted)
        {
            _known.TryRemove(new(key, current));
            throw;
        }
    }

    /// <summary>Asks anew the next time.</summary>
    public void Forget(TKey key) => _known.TryRemove(key, out _);

    private bool IsFresh(Known known, Func<T, TimeSpan> lifetime) =>
        known.Answer.IsCompletedSuccessfully && time.GetElapsedTime(known.AskedAt) < lifetime(known.Answer.Result); // it is there

    private void MakeRoom()
    {
        if (_known.Count <= most)
        {
            return;
        }

        foreach (var old in _known.OrderBy(pair => pair.Value.AskedAt).Take((most / 10) + 1))
        {
            _known.TryRemove(old);
        }
    }

    private sealed record Known(long AskedAt, Lazy<Task<T>> Asking)
    {
        public Task<T> Answer => Asking.Value;
    }
}
