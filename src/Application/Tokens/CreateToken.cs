using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Tokens;

/// <summary>Makes a token of a repository.</summary>
public static class CreateToken
{
    /// <summary>The most tokens that are kept for one repository.</summary>
    public const int MostTokens = 100_000;

    /// <summary>Asks for a token. What it leaves open is as for the token that asks: its end, its networks.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Terms">What it is called and good for.</param>
    /// <param name="IsKept">False for one that is to be written into the configuration: it opens nothing before that.</param>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, TokenTerms Terms, bool IsKept = true)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<CreatedToken>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Admin;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(TimeProvider time) =>
            RuleFor(command => command.Terms.Expires).Must(end => end is null || end > time.GetUtcNow()).WithMessage("The token would have ended already.");
    }

    internal sealed class Handler(ITokenStore tokens, AuditTrail audit, TimeProvider time) : IRequestHandler<Command, Outcome<CreatedToken>>
    {
        public async Task<Outcome<CreatedToken>> Handle(Command command, CancellationToken cancellationToken)
        {
            var text = TokenText.New();
            var token = Create(command, TokenText.DigestOf(text));
            if (command.Repository.IsGroup && token.Permission > AccessLevel.Read)
            {
                return GroupFailure.ReadOnly(command.Repository);
            }

            if (TokenAuthority.RefusalOf(command.Principal, token) is { } refusal)
            {
                return refusal;
            }

            if (command.Repository.Settings.Access.Tokens.Any(configured => configured.Name == token.Name)
                || await tokens.FindByNameAsync(token.Repository, token.Name, cancellationToken) is not null)
            {
                return NameTaken(token);
            }

            return command.IsKept && await AddAsync(command, token, cancellationToken) is { } failure ? failure : new CreatedToken(token, text);
        }

        private async Task<Failure?> AddAsync(Command command, AccessToken token, CancellationToken cancellationToken)
        {
            var entry = new AuditEvent(AuditEventKind.TokenCreated, AuditOutcome.Ok) { Token = token.Name };
            if (await audit.RecordAsync(command, entry) is { } unwritten)
            {
                return unwritten;
            }

            try
            {
                var addition = await tokens.TryAddAsync(token, MostTokens, cancellationToken);
                if (addition == TokenAddition.Added)
                {
                    return null;
                }

                await audit.RecordAsync(command, entry with { Outcome = AuditOutcome.Refused });

                return addition == TokenAddition.NameTaken ? NameTaken(token) : TooMany(token);
            }
            catch
            {
                await audit.RecordAsync(command, entry with { Outcome = AuditOutcome.Failed });
                throw;
            }
        }

        private AccessToken Create(Command command, Sha256Digest digest)
        {
            var (terms, maker) = (command.Terms, command.Principal.Token);

            return new AccessToken
            {
                Repository = command.Repository.Name,
                Name = terms.Name,
                Digest = digest,
                Permission = terms.Permission,
                Projects = terms.Projects,
                Reads = terms.Reads,
                Networks = terms.Networks.Count == 0 && maker is not null ? maker.Networks : terms.Networks,
                Expires = terms.Expires ?? maker?.Expires,
                CreatedAt = time.GetUtcNow(),
            };
        }

        private static Failure TooMany(AccessToken token) => new(
            FailureKind.Conflict, $"The repository {token.Repository} has {MostTokens} tokens, which is as many as it may have: revoke some.");

        private static Failure NameTaken(AccessToken token) => new(
            FailureKind.Conflict, $"The repository {token.Repository} has a token {token.Name}: choose another name, or revoke that one first.");
    }
}
