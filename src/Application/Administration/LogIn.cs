using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>Lets a browser in, and records that. A full disk keeps nobody out.</summary>
public static class LogIn
{
    /// <summary>Checks the credential of a login.</summary>
    public sealed record Command(Credential? Credential) : RepositoryRequest(Credential, Addressed: null), IRequest<Outcome<Result>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    /// <summary>Who was let in.</summary>
    /// <param name="Repository">The repository.</param>
    /// <param name="Actor">The session, as the audit log calls it.</param>
    public sealed record Result(RepositoryName Repository, AuditActor Actor);

    internal sealed class Handler(IAuditLog log) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command command, CancellationToken cancellationToken)
        {
            var actor = (await AuditTrail.ActorOfAsync(command)) with { Kind = AuditActor.Session };
            _ = await log.AppendAsync(new AuditEvent(AuditEventKind.Login, AuditOutcome.Ok) { Repository = command.Repository.Name, Actor = actor }
                .SentFrom(command.Credential?.Address, command.Credential?.RequestId));

            return new Result(command.Repository.Name, actor);
        }
    }
}
