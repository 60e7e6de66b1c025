using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Opens the storage of a repository by what a command line says of it.</summary>
public interface IBackendOpener
{
    /// <summary><see cref="FailureKind.Invalid"/> for an unknown type or key, with a sentence that names what is allowed.</summary>
    Outcome<IRepositoryBackend> Open(BackendAddress address);
}
