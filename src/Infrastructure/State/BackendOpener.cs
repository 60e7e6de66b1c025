using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// Opens a repository by a command line. What that leaves out is taken from the configuration in the root folder, if it has the repository.
/// </summary>
internal sealed class BackendOpener(BackendCatalog backends) : IBackendOpener
{
    public Task<Outcome<IRepositoryBackend>> OpenAsync(BackendAddress address, CancellationToken cancellationToken)
    {
        throw new NotImplementedException(backends.ToString());
    }
}
