using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// The writes to one repository on GitHub, one after the other in the order they were asked for, and no faster than GitHub wants content to be
/// created. Safe for concurrent use.
/// </summary>
/// <param name="time">Measures the pauses.</param>
internal sealed class WriteQueue(TimeProvider time) : IDisposable
{
    /// <summary>From the beginning of one write to the next: GitHub allows 80 a minute and advises one a second.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Who would wait longer is sent away at once, before a proxy or the client itself gives up.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private long? _begun;
    private int _awaited;

    /// <summary>
    /// Takes a place for some writes to come; <see cref="FailureKind.Unavailable"/> where too many stand before them. The place is given up by
    /// disposing it.
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

    /// <summary>Makes a write when it is its turn; the next one waits for its end.</summary>
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
        // A timer may be a little early, and cuts fractions of a millisecond.
        while (_begun is { } begun && Pause - time.GetElapsedTime(begun) is { Ticks: > 0 } rest)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), time, cancellationToken);
        }

        _begun = time.GetTimestamp();
    }

    private void Leave(int writes) => Interlocked.Add(ref _awaited, -writes);

    /// <summary>A place in the queue. Not safe for concurrent use.</summary>
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
        /// Returns when it is the turn of a write that takes long and disturbs no other: the next one does not wait for its end, and nobody for those
        /// that may follow it.
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

        // A write that has to be repeated was not foreseen.
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
