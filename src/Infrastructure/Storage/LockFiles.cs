using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// Locks of projects as files, for all processes that share the storage on one machine. Projects are spread over a fixed number of files, so that none is
/// left behind per project; the system releases the locks of a killed process.
/// </summary>
internal sealed class LockFiles(string folder, TimeProvider time) : IProjectLocks
{
    private const int Stripes = 64;
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim[] _here = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <inheritdoc/>
    public bool AreShared => false;

    /// <inheritdoc/>
    public async Task<IProjectLock?> TryLockAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var stripe = StripeOf(project.ToString());
        var here = _here[stripe];
        await here.WaitAsync(cancellationToken);

        try
        {
            var path = Path.Combine(folder, $"publish-{stripe:00}.lock");
            var start = time.GetTimestamp();
            do
            {
                try
                {
                    return new Held(here, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                }
                catch (IOException exception) when (FileLock.IsHeldElsewhere(exception))
                {
                    await Task.Delay(Retry, time, cancellationToken);
                }
            }
            while (time.GetElapsedTime(start) < Timeout);
        }
        catch
        {
            here.Release();
            throw;
        }

        here.Release();

        return null;
    }

    // The same in every process, which string.GetHashCode is not (FNV-1a).
    private static int StripeOf(string name)
    {
        var hash = 2166136261u;
        foreach (var character in name)
        {
            hash = (hash ^ character) * 16777619u;
        }

        return (int)(hash % Stripes);
    }

    private sealed class Held(SemaphoreSlim here, FileStream everywhere) : IProjectLock
    {
        public ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken) => new(true);

        public ValueTask DisposeAsync()
        {
            everywhere.Dispose();
            here.Release();

            return ValueTask.CompletedTask;
        }
    }
}
