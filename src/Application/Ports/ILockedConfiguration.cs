namespace PyWharf.Application.Ports;

/// <summary>The stored configuration, while no other server can change it.</summary>
public interface ILockedConfiguration
{
    /// <summary>The stamp of the stored documents (<see cref="ConfigurationDocuments.StoredAs"/>); empty where there is none.</summary>
    string Stamp { get; }

    /// <summary>Both documents; null where none are stored.</summary>
    Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Stores both documents for the next start. Throws where the store refuses; the old ones stay then.</summary>
    /// <returns>The documents as stored.</returns>
    Task<ConfigurationDocuments> KeepAsync(ConfigurationDocuments documents, CancellationToken cancellationToken);
}
