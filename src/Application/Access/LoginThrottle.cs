using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>
/// Counts wrong credentials by client address and repository, and locks an address out of a repository that brings too many: for a minute, then for
/// twice as long each time, up to 15 minutes. Constant work for each call; a bounded table, from which those go first whose last failure is the
/// longest ago. Safe for concurrent use.
/// </summary>
internal sealed class LoginThrottle(LoginLimit limit, TimeProvider time)
{
    /// <summary>The most entries of the table; each takes about 250 bytes.</summary>
    public const int MostEntries = 50_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byLastFailure = new();

    // Where nobody errs, no request waits for the lock.
    private volatile bool _isEmpty = true;

    /// <summary>The number of entries of the table.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>The failure for an address that is locked out.</summary>
    public static Failure TooManyFailures(TimeSpan locked) => new(
        FailureKind.TooManyRequests, "Too many wrong credentials came from this address. Correct them, and try again later.", locked);

    /// <summary>For how long the address is locked out of the repository; null when it is not.</summary>
    /// <param name="address">The client's.</param>
    /// <param name="repository">The one that was asked for; null where none was named.</param>
    public TimeSpan? RemainingLock(ClientAddress address, RepositoryName? repository)
    {
        if (_isEmpty)
        {
            return null;
        }

        lock (_lock)
        {
            return _entries.TryGetValue(new Key(address, repository), out var node) && node.Value.LockedUntil - time.GetUtcNow() is var rest && rest > TimeSpan.Zero ? rest : null;
        }
    }

    /// <summary>The address brought wrong credentials.</summary>
    public void Failed(ClientAddress address, RepositoryName? repository)
    {
        if (limit.MostFailures == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        lock (_lock)
        {
            Forget(now);
            var key = new Key(address, repository);
            if (_entries.TryGetValue(key, out var node))
            {
                _byLastFailure.Remove(node);
            }
            else
            {
                _entries[key] = node = new LinkedListNode<Entry>(new Entry(key));
            }

            _byLastFailure.AddLast(node);
            node.Value.Count(now, limit.MostFailures);
            _isEmpty = false;
        }
    }

    private void Forget(DateTimeOffset now)
    {
        while (_byLastFailure.First is { } oldest && (_entries.Count >= MostEntries || oldest.Value.IsForgotten(now)))
        {
            _byLastFailure.RemoveFirst();
            _entries.Remove(oldest.Value.Key);
        }
    }

    private readonly record struct Key(ClientAddress Address, RepositoryName? Repository);

    private sealed class Entry(Key key)
    {
        private DateTimeOffset _windowBegan = DateTimeOffset.MinValue;
        private DateTimeOffset _lastFailure;
        private int _failures;
        private TimeSpan _lastLock = TimeSpan.Zero;

        public Key Key => key;

        public DateTimeOffset LockedUntil { get; private set; }

        public void Count(DateTimeOffset now, int mostFailures)
        {
            if (now - _windowBegan >= Window)
            {
                (_windowBegan, _failures) = (now, 0);
            }

            _lastFailure = now;
            if (++_failures >= mostFailures)
            {
                _lastLock = _lastLock == TimeSpan.Zero ? Window : _lastLock * 2 < Longest ? _lastLock * 2 : Longest;
                (LockedUntil, _failures) = (now + _lastLock, 0);
            }
        }

        /// <summary>Once it has behaved for as long as the longest lock takes.</summary>
        public bool IsForgotten(DateTimeOffset now) => now - _lastFailure >= Longest + Window && now >= LockedUntil;
    }
}
