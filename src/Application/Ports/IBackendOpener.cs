using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Opens the storage of a repository by what a command line says of it.</summary>
public interface IBackendOpener
{
    /// <summary>
    /// <see cref="FailureKind.Invalid"/> for an unknown type or key, and for a repository that is not there, with a sentence that names what is.
    /// Nothing is made then.
    /// </summary>
    Outcome<IRepositoryBackend> Open(BackendAddress address);
}
