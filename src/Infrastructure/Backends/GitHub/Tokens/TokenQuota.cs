using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>
/// Limits how many unknown tokens a server sends to GitHub, which locks out addresses that send many bad ones, and then refuses good tokens too. Each
/// client address has a share; the last parts of the limit are reserved for addresses without failures, and for those that sent a good token. A check
/// without a response counts as refused. One instance serves all repositories. Safe for concurrent use.
/// </summary>
/// <remarks>It holds the addresses that were refused within an hour or sent a good token; a call takes constant time.</remarks>
/// <param name="time">Measures minutes.</param>
internal sealed class TokenQuota(TimeProvider time)
{
    /// <summary>How long a refusal counts.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>The limit of refusals in a window.</summary>
    internal const int Most = 100;

    /// <summary>The limit for addresses of which nothing is known.</summary>
    internal const int MostOfNewcomers = 80;

    /// <summary>The limit for addresses with refusals within an hour.</summary>
    internal const int MostOfSuspects = 50;

    /// <summary>The limit of one address.</summary>
    internal const int MostOfOneAddress = 10;

    private const int MostWaiting = 200;
    private const int MostProven = 10_000;

    // How long an address counts as one with refusals.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Queue<Refusal> _inWindow = new();
    private readonly Queue<Refusal> _inMemory = new();
    private readonly Dictionary<ClientAddress, Client> _clients = [];
    private readonly Dictionary<ClientAddress, long> _proven = [];
    private readonly List<Waiting> _waiting = [];
    private int _asking;

    private enum Verdict
    {
        Asks,
        Waits,
        Refused,
    }

    /// <summary>Begins the check of a known token, which is not limited.</summary>
    public Check Enter(ClientAddress from)
    {
        lock (_lock)
        {
            return Begin(from);
        }
    }

    /// <summary>
    /// Begins the check of an unknown token, after waiting for other checks where needed; null where the limit is reached. The caller reports the result
    /// to the check, and disposes of it.
    /// </summary>
    public Task<Check?> EnterAsync(ClientAddress from)
    {
        lock (_lock)
        {
            Expire();
            var verdict = Judge(from);
            if (verdict == Verdict.Waits && _waiting.Count < MostWaiting)
            {
                var waiting = new Waiting(from, new(TaskCreationOptions.RunContinuationsAsynchronously));
                _waiting.Add(waiting);

                return waiting.Turn.Task;
            }

            return Task.FromResult(verdict == Verdict.Asks ? Begin(from) : null);
        }
    }

    private Verdict Judge(ClientAddress from)
    {
        var client = _clients.GetValueOrDefault(from);
        var most = _proven.ContainsKey(from) ? Most
            : client is { InMemory: > 0 } ? MostOfSuspects
            : MostOfNewcomers;
        if (_inWindow.Count >= most || client?.InWindow >= MostOfOneAddress)
        {
            return Verdict.Refused;
        }

        return _inWindow.Count + _asking < most && !(client?.InWindow + client?.Asking >= MostOfOneAddress) ? Verdict.Asks : Verdict.Waits;
    }

    private Check Begin(ClientAddress from)
    {
        if (!_clients.TryGetValue(from, out var client))
        {
            _clients[from] = client = new Client();
        }

        client.Asking++;
        _asking++;

        return new Check(this, from);
    }

    private void End(ClientAddress from, bool? wasGood)
    {
        lock (_lock)
        {
            Expire();
            _asking--;
            _clients[from].Asking--;
            if (wasGood == false)
            {
                var refusal = new Refusal(time.GetTimestamp(), from);
                _inWindow.Enqueue(refusal);
                _inMemory.Enqueue(refusal);
                _clients[from].InWindow++;
                _clients[from].InMemory++;
            }

            RemoveUnlessUsed(from);
            if (wasGood == true)
            {
                Prove(from);
            }

            // Some of the waiting checks can begin now, and some have reached the limit.
            foreach (var waiting in _waiting.ToArray())
            {
                var verdict = Judge(waiting.From);
                if (verdict != Verdict.Waits)
                {
                    _waiting.Remove(waiting);
                    waiting.Turn.SetResult(verdict == Verdict.Asks ? Begin(waiting.From) : null);
                }
            }
        }
    }

    private void Prove(ClientAddress from)
    {
        _proven[from] = time.GetTimestamp();
        if (_proven.Count > MostProven)
        {
            foreach (var oldest in _proven.OrderBy(proven => proven.Value).Take(MostProven / 10).ToList())
            {
                _proven.Remove(oldest.Key);
            }
        }
    }

    private void Expire()
    {
        while (_inWindow.TryPeek(out var refusal) && time.GetElapsedTime(refusal.At) >= Window)
        {
            _clients[_inWindow.Dequeue().From].InWindow--;
        }

        while (_inMemory.TryPeek(out var refusal) && time.GetElapsedTime(refusal.At) >= Memory)
        {
            _clients[_inMemory.Dequeue().From].InMemory--;
            RemoveUnlessUsed(refusal.From);
        }
    }

    private void RemoveUnlessUsed(ClientAddress from)
    {
        if (_clients[from] is { Asking: 0, InMemory: 0 })
        {
            _clients.Remove(from);
        }
    }

    /// <summary>A check of a token in progress. One that is disposed of without a result does not count.</summary>
    internal sealed class Check(TokenQuota quota, ClientAddress from) : IDisposable
    {
        private bool? _wasGood;

        /// <summary>The token grants access.</summary>
        public void Accepted() => _wasGood = true;

        /// <summary>The token grants no access.</summary>
        public void Refused() => _wasGood = false;

        /// <inheritdoc/>
        public void Dispose() => quota.End(from, _wasGood);
    }

    /// <summary>The counters of an address.</summary>
    private sealed class Client
    {
        public int Asking { get; set; }

        public int InWindow { get; set; }

        public int InMemory { get; set; }
    }

    private readonly record struct Refusal(long At, ClientAddress From);

    private sealed record Waiting(ClientAddress From, TaskCompletionSource<Check?> Turn);
}
