using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Opens the storage of a repository that is named on a command line.</summary>
public interface IBackendOpener
{
    /// <summary>
    /// <see cref="FailureKind.Invalid"/> for an unknown type or key and for a repository that does not exist; the message lists those that do.
    /// Nothing is created then.
    /// </summary>
    Outcome<IRepositoryBackend> Open(BackendAddress address);
}
