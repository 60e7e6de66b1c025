using MediatR;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>
/// Reads the configuration again as a restart would, the secrets in files included, and takes it as a whole or not at all. Requests under way are not
/// disturbed; sessions and tokens go on where what they show still opens.
/// </summary>
public static class ReloadConfiguration
{
    /// <summary>Asks for it. Only the operator of the server can.</summary>
    public sealed record Command : IRequest<Outcome<RepositorySet>>;

    internal sealed class Handler(IRepositories repositories, IConfigurationReader reader) : IRequestHandler<Command, Outcome<RepositorySet>>
    {
        public Task<Outcome<RepositorySet>> Handle(Command command, CancellationToken cancellationToken) =>
            repositories.ReloadAsync(reader.ReadAsync, cancellationToken);
    }
}
