using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// Locks projects against concurrent changes, in this process and in all that share the storage. Projects are spread over a fixed number of
/// lock files, so that none is left behind per project; the system releases the locks of a killed process.
/// </summary>
internal sealed class ProjectLocks(string folder, TimeProvider time)
{
    private const int Stripes = 64;
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>The failure where a lock is not to be had in time.</summary>
    public static readonly Failure Busy = new(
        FailureKind.Unavailable, "Another process is changing this project: try again in a moment.", TimeSpan.FromSeconds(5));

    private readonly SemaphoreSlim[] _here = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Locks the project until the result is disposed; null where another process holds it for 30 s.</summary>
    public async Task<IDisposable?> TryLockAsync(ProjectName project, CancellationToken cancellationToken)
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
                catch (IOException exception) when (!StorageError.IsExhausted(exception) && File.Exists(path))
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

    private sealed class Held(SemaphoreSlim here, FileStream everywhere) : IDisposable
    {
        public void Dispose()
        {
            everywhere.Dispose();
            here.Release();
        }
    }
}
