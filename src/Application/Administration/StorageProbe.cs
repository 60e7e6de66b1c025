using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>
/// Probes a storage at most once a second, whatever the number of callers, and waits at most half a second for the result.
/// </summary>
internal sealed class StorageProbe(Func<StorageCondition> probe, TimeProvider time)
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private static readonly Failure NoAnswer = new(FailureKind.Unavailable, "The server's storage does not answer.", TimeSpan.FromSeconds(5));

    private readonly Lock _lock = new();
    private Task<StorageCondition>? _last;
    private long _begun;

    public async Task<StorageCondition> AskAsync(CancellationToken cancellationToken)
    {
        Task<StorageCondition> asked;
        TimeSpan age;
        lock (_lock)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_begun) >= CacheDuration))
            {
                // On another thread: a lost network file system may block it for ever.
                _last = Task.Run(probe, CancellationToken.None);
                _begun = time.GetTimestamp();
            }

            (asked, age) = (_last, time.GetElapsedTime(_begun));
        }

        if (!asked.IsCompleted && age >= Timeout)
        {
            return new StorageCondition(NoAnswer, NoAnswer);
        }

        try
        {
            return await asked.WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new StorageCondition(NoAnswer, NoAnswer);
        }
    }
}
