using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// The configuration that is stored in the root folder for the next start, as <c>config.toml</c> and <c>admin_secret.toml</c>. Access is serialized
/// between processes by a lock file.
/// </summary>
public sealed class ConfigurationStore(ServerRoot root, TimeProvider time)
{
    // No conflict with a repository's folder of locks, as no repository name begins with a dot.
    private string LockFile => root.At("lock", ".configuration");

    /// <summary>Whether a configuration is stored, readable or not.</summary>
    public bool Exists => File.Exists(root.At(LockedConfiguration.ConfigName));

    /// <summary>The stamp of the stored configuration (<see cref="ConfigurationDocuments.StoredAs"/>). Read without the lock: it may be one that is being written.</summary>
    public string Stamp => LockedConfiguration.ReadStamp(root);

    /// <summary>
    /// The stored configuration; null where there is none. Throws <see cref="IOException"/> with the position where a document is not UTF-8.
    /// </summary>
    public async Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken)
    {
        // Without a server there is nothing to lock, and reading creates no folder.
        if (!Directory.Exists(root.At("lock")))
        {
            return LockedConfiguration.Read(root);
        }

        using var kept = await LockAsync(cancellationToken);

        return kept.Read();
    }

    /// <summary>Notes for commands on the root folder which configuration the server uses; null for none.</summary>
    public void NoteInUse(ConfigurationDocuments? documents) => root.NoteConfigurationPath(
        documents is not { StoredAs: null } given ? null : File.Exists(given.ConfigName) ? Path.GetFullPath(given.ConfigName) : "");

    /// <summary>
    /// Locks the configuration until the result is disposed, and rolls back an unfinished change of a killed process. Throws
    /// <see cref="IOException"/> where another process holds the lock for 30 s.
    /// </summary>
    public async Task<LockedConfiguration> LockAsync(CancellationToken cancellationToken) =>
        LockedConfiguration.Open(root, await FileLock.AcquireAsync(LockFile, time, cancellationToken));
}
