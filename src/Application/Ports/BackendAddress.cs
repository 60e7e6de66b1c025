using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>A repository as named on a command line.</summary>
/// <param name="Type">The back end's type, «file_system».</param>
/// <param name="Name">The repository's name.</param>
/// <param name="Root">The server's root folder, absolute.</param>
/// <param name="Keys">The back end's own keys, as text; they override the configuration.</param>
/// <param name="Configuration">The server's configuration; null if there is none.</param>
public sealed record BackendAddress(
    string Type, RepositoryName Name, string Root, IReadOnlyDictionary<string, string> Keys, ConfigurationDocuments? Configuration);
