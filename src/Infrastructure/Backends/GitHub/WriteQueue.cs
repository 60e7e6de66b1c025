using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// Serializes the writes to one repository on GitHub, in the order of the requests, and no faster than GitHub allows content to be created. Safe for
/// concurrent use.
/// </summary>
/// <param name="time">Measures the pauses.</param>
internal sealed class WriteQueue(TimeProvider time) : IDisposable
{
    /// <summary>From the start of one write to the start of the next: GitHub allows 80 a minute and advises one a second.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A longer wait is refused at once, before a proxy or the client times out.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private long? _begun;
    private int _awaited;

    /// <summary>
    /// Reserves places for some writes; <see cref="FailureKind.Unavailable"/> where too many are reserved already. Disposing the reservation gives up
    /// what is left of it.
    /// </summary>
    public Outcome<Reservation> TryReserve(int writes)
    {
        var wait = Pause * (Interlocked.Add(ref _awaited, writes) - writes);
        if (wait <= LongestWait)
        {
            return new Reservation(this, writes);
        }

        Leave(writes);

        return new Failure(FailureKind.Unavailable, "Too many uploads wait for GitHub, which takes one write a second: try again later.", wait);
    }

    /// <summary>Runs a write in its turn; the next one waits until it ends.</summary>
    public async Task<T> WriteAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await PauseAsync(cancellationToken);

            return await write();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        // A timer can fire early, and ignores fractions of a millisecond.
        while (_begun is { } begun && Pause - time.GetElapsedTime(begun) is { Ticks: > 0 } rest)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), time, cancellationToken);
        }

        _begun = time.GetTimestamp();
    }

    private void Leave(int writes) => Interlocked.Add(ref _awaited, -writes);

    /// <summary>Reserved places in the queue. Not safe for concurrent use.</summary>
    internal sealed class Reservation(WriteQueue queue, int writes) : IDisposable
    {
        private int _left = writes;

        /// <inheritdoc cref="WriteQueue.WriteAsync"/>
        public async Task<T> WriteAsync<T>(Func<Task<T>> write, CancellationToken cancellationToken)
        {
            try
            {
                return await queue.WriteAsync(write, cancellationToken);
            }
            finally
            {
                GoOn();
            }
        }

        /// <summary>
        /// Waits for the turn of a long write that does not conflict with others: the next write does not wait for its end, and the rest of the reservation is
        /// given up.
        /// </summary>
        public async Task AwaitTurnAsync(CancellationToken cancellationToken)
        {
            await WriteAsync(() => Task.FromResult(true), cancellationToken);
            Dispose();
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            queue.Leave(_left);
            _left = 0;
        }

        // A repeated write has no reservation.
        private void GoOn()
        {
            if (_left > 0)
            {
                _left--;
                queue.Leave(1);
            }
        }
    }
}
