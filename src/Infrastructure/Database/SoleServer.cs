using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Database;

/// <summary>The lease of a server that shares no database with others.</summary>
internal sealed class SoleServer : IMaintenanceLease
{
    public ValueTask<bool> TryHoldAsync(RepositoryName repository, CancellationToken cancellationToken) => new(true);
}
