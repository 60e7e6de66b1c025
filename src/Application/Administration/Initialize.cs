using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>
/// POST /initialize/: replaces the configuration atomically. Open to everybody only while the server has neither a configuration nor
/// PYWHARF_INITIALIZE_SECRET; otherwise it requires that secret, or the admin secret of a configured repository, which may change that repository
/// only.
/// </summary>
public static class Initialize
{
    /// <summary>Replaces the configuration.</summary>
    /// <param name="Documents">The new one.</param>
    /// <param name="Credential">The caller's credential; null if there is none.</param>
    public sealed record Command(ConfigurationDocuments Documents, Credential? Credential) : IRequest<Outcome<RepositorySet>>;

    internal sealed class Handler(IRepositories repositories, InitializeAccess access) : IRequestHandler<Command, Outcome<RepositorySet>>
    {
        public Task<Outcome<RepositorySet>> Handle(Command command, CancellationToken cancellationToken) =>
            repositories.ReplaceAsync(command.Documents, current => access.AuthorOf(command.Credential, current), cancellationToken);
    }
}

/// <summary>The secret that always allows POST /initialize/.</summary>
/// <param name="Value">Null if the operator has set none.</param>
public sealed record InitializeSecret(Secret? Value);
