using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Reads the configuration from where a start of the server reads it.</summary>
public interface IConfigurationReader
{
    /// <summary>The documents as they are now. <see cref="FailureKind.Invalid"/> where one is missing or no text, with its name.</summary>
    Task<Outcome<ConfigurationDocuments>> ReadAsync(CancellationToken cancellationToken);
}
