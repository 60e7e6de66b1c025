using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// One change of a project at a time, in this process and among all that share the storage. A project is locked by locking one of a fixed
/// number of files: there is no lock file per project to be left behind, and the system unlocks what a killed process held.
/// </summary>
internal sealed class ProjectLocks(string folder, TimeProvider time)
{
    private const int Stripes = 64;
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim[] _here = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Locks the project until what is returned is disposed; null when another process held it for all too long.</summary>
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
            while (time.GetElapsedTime(start) < Patience);
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
