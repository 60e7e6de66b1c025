using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>
/// Counts wrong credentials by client address and repository, and locks an address out of a repository that brings too many: for a minute, then for
/// twice as long each time, up to 15 minutes. Constant work for each call; a bounded table, from which those go first whose last failure is the
/// longest ago. Failures that other servers have counted count here too. Times are those since the start, as a wall clock that is set back would lock
/// out for as long as it was ahead. Safe for concurrent use.
/// </summary>
internal sealed class LoginThrottle
{
    /// <summary>The most entries of the table; each takes about 250 bytes.</summary>
    public const int MostEntries = 50_000;

    // An address that errs at so many repositories is locked out of all of them.
    private const int MostRepositories = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly LoginLimit _limit;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ILoginFailureBroadcast? _others;
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byLastFailure = new();

    // Where nobody errs, no request waits for the lock.
    private volatile bool _isEmpty = true;

    /// <param name="limit">How many failures there may be.</param>
    /// <param name="time">The clock.</param>
    /// <param name="others">The other servers; null where there are none.</param>
    public LoginThrottle(LoginLimit limit, TimeProvider time, ILoginFailureBroadcast? others = null)
    {
        (_limit, _time, _start, _others) = (limit, time, time.GetTimestamp(), others);
        others?.Received += Count;
    }

    /// <summary>The number of entries of the table.</summary>
    public int Entries
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

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
            var (one, all) = (LockedUntil(new Key(address, repository)), LockedUntil(Key.OfAll(address)));
            var longest = (one > all ? one : all) - Now;

            return longest > TimeSpan.Zero ? longest : null;
        }
    }

    /// <summary>The address brought wrong credentials.</summary>
    public void Failed(ClientAddress address, RepositoryName? repository)
    {
        Count(address, repository);
        if (_limit.MostFailures > 0)
        {
            _others?.Send(address, repository);
        }
    }

    private void Count(ClientAddress address, RepositoryName? repository)
    {
        if (_limit.MostFailures == 0)
        {
            return;
        }

        var now = Now;
        lock (_lock)
        {
            Forget(now);
            Count(new Key(address, repository), _limit.MostFailures, now);

            // Or one address would fill the table with names of repositories, until its own locks are gone from it.
            Count(Key.OfAll(address), (long)_limit.MostFailures * MostRepositories, now);
            _isEmpty = false;
        }
    }

    private TimeSpan LockedUntil(Key key) => _entries.TryGetValue(key, out var node) ? node.Value.LockedUntil : TimeSpan.Zero;

    private void Count(Key key, long mostFailures, TimeSpan now)
    {
        if (_entries.TryGetValue(key, out var node))
        {
            _byLastFailure.Remove(node);
        }
        else
        {
            _entries[key] = node = new LinkedListNode<Entry>(new Entry(key));
        }

        _byLastFailure.AddLast(node);
        node.Value.Count(now, mostFailures);
    }

    private void Forget(TimeSpan now)
    {
        while (_byLastFailure.First is { } oldest && (_entries.Count >= MostEntries || oldest.Value.IsForgotten(now)))
        {
            _byLastFailure.RemoveFirst();
            _entries.Remove(oldest.Value.Key);
        }
    }

    private readonly record struct Key(ClientAddress Address, RepositoryName? Repository, bool IsOfAll = false)
    {
        public static Key OfAll(ClientAddress address) => new(address, null, IsOfAll: true);
    }

    private sealed class Entry(Key key)
    {
        private TimeSpan _windowBegan = -Window;
        private TimeSpan _lastFailure;
        private long _failures;
        private TimeSpan _lastLock = TimeSpan.Zero;

        public Key Key => key;

        public TimeSpan LockedUntil { get; private set; }

        public void Count(TimeSpan now, long mostFailures)
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
        public bool IsForgotten(TimeSpan now) => now - _lastFailure >= Longest + Window && now >= LockedUntil;
    }
}
