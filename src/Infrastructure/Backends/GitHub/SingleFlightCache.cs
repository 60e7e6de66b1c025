using System.Collections.Concurrent;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// A cache of values with a lifetime. Concurrent requests for a missing value share one call, which goes on when they are cancelled; failures are not
/// cached. Safe for concurrent use.
/// </summary>
/// <param name="capacity">How many values are kept; beyond that the oldest are removed.</param>
/// <param name="time">Measures the age of values.</param>
internal sealed class SingleFlightCache<TKey, T>(int capacity, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    /// <summary>The cached value, or a new one. Throws what <paramref name="load"/> throws.</summary>
    /// <param name="key">The key.</param>
    /// <param name="load">Loads the value.</param>
    /// <param name="lifetime">How long a value is fresh; zero for one that is not cached.</param>
    /// <param name="cancellationToken">Cancels the wait, not the call.</param>
    public async ValueTask<T> GetAsync(TKey key, Func<Task<T>> load, Func<T, TimeSpan> lifetime, CancellationToken cancellationToken)
    {
        if (_entries.TryGetValue(key, out var entry) && (!entry.Value.IsCompleted || IsFresh(entry, lifetime)))
        {
            return await entry.Value.WaitAsync(cancellationToken);
        }

        var added = new Entry(time.GetTimestamp(), new Lazy<Task<T>>(load));
        var current = entry is null ? _entries.GetOrAdd(key, added) : _entries.TryUpdate(key, added, entry) ? added : _entries.GetValueOrDefault(key, added);
        MakeRoom();

        try
        {
            var value = await current.Value.WaitAsync(cancellationToken);
            if (lifetime(value) <= TimeSpan.Zero)
            {
                _entries.TryRemove(new(key, current));
            }

            return value;
        }
        catch when (current.Value.IsFaulted)
        {
            _entries.TryRemove(new(key, current));
            throw;
        }
    }

    /// <summary>Removes a value, so that the next request loads it again.</summary>
    public void Remove(TKey key) => _entries.TryRemove(key, out _);

    private bool IsFresh(Entry entry, Func<T, TimeSpan> lifetime) =>
        entry.Value.IsCompletedSuccessfully && time.GetElapsedTime(entry.StartedAt) < lifetime(entry.Value.Result); // completed

    private void MakeRoom()
    {
        if (_entries.Count <= capacity)
        {
            return;
        }

        foreach (var old in _entries.OrderBy(pair => pair.Value.StartedAt).Take((capacity / 10) + 1))
        {
            _entries.TryRemove(old);
        }
    }

    private sealed record Entry(long StartedAt, Lazy<Task<T>> Loading)
    {
        public Task<T> Value => Loading.Value;
    }
}
