using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>
/// POST /initialize/: another configuration, as a whole or not at all. Open only while the server has none and no secret for it; else it
/// takes that secret (PYWHARF_INITIALIZE_SECRET), or the admin secret of a repository configured now, which changes that repository only.
/// </summary>
public static class Initialize
{
    /// <summary>Replaces the configuration.</summary>
    /// <param name="Documents">The new one.</param>
    /// <param name="Credential">Who asks; null when nobody said.</param>
    public sealed record Command(ConfigurationDocuments Documents, Credential? Credential) : IRequest<Outcome<RepositorySet>>;

    internal sealed class Handler(IRepositories repositories, InitializeAccess access) : IRequestHandler<Command, Outcome<RepositorySet>>
    {
        public Task<Outcome<RepositorySet>> Handle(Command command, CancellationToken cancellationToken) =>
            repositories.ReplaceAsync(command.Documents, current => access.AuthorOf(command.Credential, current), cancellationToken);
    }
}

/// <summary>What opens POST /initialize/ at any time.</summary>
/// <param name="Value">Null where the operator set none.</param>
public sealed record InitializeSecret(Secret? Value);
