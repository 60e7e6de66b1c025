using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Tokens;

/// <summary>Lists the tokens of a repository: those of the configuration and those made at run time, expired ones too.</summary>
public static class ListTokens
{
    /// <summary>Asks for the tokens, by name. An admin token for some projects is told of those only that are for no more.</summary>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<IReadOnlyList<AccessToken>>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Admin;
    }

    internal sealed class Handler(ITokenStore tokens) : IRequestHandler<Query, Outcome<IReadOnlyList<AccessToken>>>
    {
        public async Task<Outcome<IReadOnlyList<AccessToken>>> Handle(Query query, CancellationToken cancellationToken)
        {
            var kept = await tokens.ListAsync(query.Repository.Name, cancellationToken);

            return Outcome.Of<IReadOnlyList<AccessToken>>(
            [
                .. query.Repository.Settings.Access.Tokens.Concat(kept)
                    .Where(token => TokenAuthority.MaySee(query.Principal, token))
                    .OrderBy(token => token.Name.ToString(), StringComparer.Ordinal),
            ]);
        }
    }
}
