namespace PyWharf.Application.Ports;

/// <summary>
/// Where POST /initialize/ stores the configuration for all servers that share the store, and for their next start. An <see cref="IOException"/> says
/// why it can't be read or written. Safe for concurrent use.
/// </summary>
public interface IConfigurationStore
{
    /// <summary>Where it is, for messages.</summary>
    string Place { get; }

    /// <summary>Whether this server has learned what is stored; false while the store was never reached.</summary>
    bool IsKnown { get; }

    /// <summary>Whether a configuration is stored, readable or not, as far as this server knows.</summary>
    bool Exists { get; }

    /// <summary>
    /// The stamp of the stored configuration (<see cref="ConfigurationDocuments.StoredAs"/>), as far as this server knows; empty where none is known. It may
    /// be that of one that is just being stored.
    /// </summary>
    string Stamp { get; }

    /// <summary>Raised when another server may have stored a configuration; a server that misses it calls <see cref="RefreshAsync"/>.</summary>
    event Action? Changed;

    /// <summary>Raised when another server's operator asks for the configuration to be read again.</summary>
    event Action? ReloadRequested;

    /// <summary>Learns whether another server has stored a configuration. A background job calls it every second.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);

    /// <summary>The stored configuration; null where there is none. The message names the position where a document is not UTF-8.</summary>
    Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Looks at the stored configuration, and may replace it, while no other server does. What was kept is stored once this returns.</summary>
    Task<T> ChangeAsync<T>(Func<ILockedConfiguration, Task<T>> change, CancellationToken cancellationToken);

    /// <summary>Asks the other servers to read their configurations again. Never fails: those that can't be reached do not.</summary>
    Task RequestReloadAsync(CancellationToken cancellationToken);
}
