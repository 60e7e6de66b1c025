using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>Locks of projects in the database that servers share.</summary>
internal sealed class PostgreSqlLocks(PostgreSqlDatabase database, RepositoryName repository, TimeProvider time) : IProjectLocks
{
    private const int Stripes = 64;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    // Changes of one project wait here before they take a connection. Projects that share a stripe wait for each other, too.
    private readonly SemaphoreSlim[] _here = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <inheritdoc/>
    public bool AreShared => true;

    /// <inheritdoc/>
    public async Task<IProjectLock?> TryLockAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var key = AdvisoryKey.OfProject(repository.ToString(), project.ToString());
        var here = _here[(int)((ulong)key % Stripes)];
        await here.WaitAsync(cancellationToken);
        try
        {
            if (!await database.Sources.LockConnections.WaitAsync(Timeout, cancellationToken))
            {
                here.Release();

                return null;
            }
        }
        catch
        {
            here.Release();
            throw;
        }

        var held = new PostgreSqlLock(database, key, time, Release);
        try
        {
            if (await held.TryAcquireAsync(Timeout - time.GetElapsedTime(start), cancellationToken))
            {
                return held;
            }
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }

        await held.DisposeAsync();

        return null;

        void Release()
        {
            database.Sources.LockConnections.Release();
            here.Release();
        }
    }
}
