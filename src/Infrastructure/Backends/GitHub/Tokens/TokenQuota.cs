using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>
/// How many tokens that it has not seen before a server shows to GitHub, which locks out addresses that bring many bad ones: ours, for good tokens
/// too. Nobody uses up what others need: an address has a share, and the last parts of the whole are kept for addresses that have not failed, and for
/// those that a good token came from. A question that is not answered yet counts as one that was refused. One for all repositories of a server.
/// Safe for concurrent use.
/// </summary>
/// <remarks>It holds no more addresses than are refused in an hour, or showed a good token; each call is constant work.</remarks>
/// <param name="time">Measures minutes.</param>
internal sealed class TokenQuota(TimeProvider time)
{
    /// <summary>For how long a refusal counts.</summary>
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>So many refusals in a window, and no other stranger's token is shown to GitHub.</summary>
    internal const int Most = 100;

    /// <summary>Of these, what strangers may use of whose address nothing is known.</summary>
    internal const int MostOfNewcomers = 80;

    /// <summary>Of these, what addresses may use that have failed.</summary>
    internal const int MostOfSuspects = 50;

    /// <summary>What one address may use.</summary>
    internal const int MostOfOneAddress = 10;

    private const int MostWaiting = 200;
    private const int MostProven = 10_000;

    // For how long an address is one that has failed.
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

    /// <summary>Begins a question about a token that was good before, which nothing holds up. Returns what <see cref="EnterAsync"/> does.</summary>
    public Question Enter(ClientAddress from)
    {
        lock (_lock)
        {
            return Begin(from);
        }
    }

    /// <summary>
    /// Begins a question about a stranger's token, as soon as enough of those before it are answered; null where too many were refused. What is
    /// returned is told the answer, and disposed of.
    /// </summary>
    public Task<Question?> EnterAsync(ClientAddress from)
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

    private Question Begin(ClientAddress from)
    {
        if (!_clients.TryGetValue(from, out var client))
        {
            _clients[from] = client = new Client();
        }

        client.Asking++;
        _asking++;

        return new Question(this, from);
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

            // Of those that wait some may go on now, and some have waited in vain.
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

    /// <summary>A question that GitHub is asked about a token. One that is disposed of without an answer counts for nothing.</summary>
    internal sealed class Question(TokenQuota quota, ClientAddress from) : IDisposable
    {
        private bool? _wasGood;

        /// <summary>GitHub knows the token, which opens something.</summary>
        public void Accepted() => _wasGood = true;

        /// <summary>The token opens nothing.</summary>
        public void Refused() => _wasGood = false;

        /// <inheritdoc/>
        public void Dispose() => quota.End(from, _wasGood);
    }

    /// <summary>What an address has on record.</summary>
    private sealed class Client
    {
        public int Asking { get; set; }

        public int InWindow { get; set; }

        public int InMemory { get; set; }
    }

    private readonly record struct Refusal(long At, ClientAddress From);

    private sealed record Waiting(ClientAddress From, TaskCompletionSource<Question?> Turn);
}
