using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// The configuration that is stored in the root folder for the next start, as <c>config.toml</c> and <c>admin_secret.toml</c>. Access is serialized
/// between processes by a lock file.
/// </summary>
public sealed class FileConfigurationStore(ServerRoot root, TimeProvider time) : IConfigurationStore
{
    // No conflict with a repository's folder of locks, as no repository name begins with a dot.
    private string LockFile => root.At("lock", ".configuration");

    /// <inheritdoc/>
    public string Place => "the server's root folder";

    /// <inheritdoc/>
    public bool IsKnown => true;

    /// <inheritdoc/>
    public bool Exists => File.Exists(root.At(LockedConfiguration.ConfigName));

    /// <inheritdoc/>
    public string Stamp => LockedConfiguration.ReadStamp(root);

    /// <inheritdoc/>
    /// <remarks>Never raised: the files are looked at each time.</remarks>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    /// <remarks>Never raised: each server on a folder is sent its own signal.</remarks>
    public event Action? ReloadRequested
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken)
    {
        // Without a server there is nothing to lock, and reading creates no folder.
        if (!Directory.Exists(root.At("lock")))
        {
            return LockedConfiguration.Read(root);
        }

        return await ChangeAsync(kept => kept.ReadAsync(cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Rolls back an unfinished change of a killed process. Throws where another process holds the lock for 30 s.</remarks>
    public async Task<T> ChangeAsync<T>(Func<ILockedConfiguration, Task<T>> change, CancellationToken cancellationToken)
    {
        using var held = await FileLock.AcquireAsync(LockFile, time, cancellationToken);

        return await change(LockedConfiguration.Open(root));
    }

    /// <inheritdoc/>
    public Task RequestReloadAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
