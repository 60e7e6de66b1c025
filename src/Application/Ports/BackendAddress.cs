using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>A repository as a command line names it.</summary>
/// <param name="Type">The back end's type, «file_system».</param>
/// <param name="Name">The repository's name.</param>
/// <param name="Root">The server's root folder, absolute.</param>
/// <param name="Keys">The back end's own keys, as text; they go before what the configuration says.</param>
/// <param name="Configuration">That of the server; null where there is none to be found.</param>
public sealed record BackendAddress(
    string Type, RepositoryName Name, string Root, IReadOnlyDictionary<string, string> Keys, ConfigurationDocuments? Configuration);
