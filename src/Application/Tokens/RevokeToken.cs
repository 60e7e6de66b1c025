using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Tokens;

/// <summary>Revokes a token that was made at run time. Its name may be used again.</summary>
public static class RevokeToken
{
    /// <summary>Revokes the token of that name, which is refused from then on.</summary>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, TokenName Name)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<AccessToken>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Admin;
    }

    internal sealed class Handler(ITokenStore tokens, AuditTrail audit) : IRequestHandler<Command, Outcome<AccessToken>>
    {
        public async Task<Outcome<AccessToken>> Handle(Command command, CancellationToken cancellationToken)
        {
            var (repository, name) = (command.Repository, command.Name);
            var token = repository.Settings.Access.Tokens.FirstOrDefault(configured => configured.Name == name)
                ?? await tokens.FindByNameAsync(repository.Name, name, cancellationToken);
            if (token is null)
            {
                return NotFound(repository, name);
            }

            if (TokenAuthority.RefusalOf(command.Principal, token) is { } refusal)
            {
                return refusal;
            }

            if (token.IsConfigured)
            {
                return new Failure(
                    FailureKind.Conflict, $"The token {name} is in the server's configuration: remove [{repository.Name}.tokens.{name}] there, and the server stops taking it once it has read that.");
            }

            var entry = new AuditEvent(AuditEventKind.TokenRevoked, AuditOutcome.Ok) { Token = name };
            if (await audit.RecordAsync(command, entry) is { } unwritten)
            {
                return unwritten;
            }

            try
            {
                if (await tokens.RemoveAsync(repository.Name, name, cancellationToken))
                {
                    return token;
                }

                await audit.RecordAsync(command, entry with { Outcome = AuditOutcome.Refused });

                return NotFound(repository, name);
            }
            catch
            {
                await audit.RecordAsync(command, entry with { Outcome = AuditOutcome.Failed });
                throw;
            }
        }

        private static Failure NotFound(Repository repository, TokenName name) => new(
            FailureKind.NotFound, $"The repository {repository.Name} has no token {name}.");
    }
}
