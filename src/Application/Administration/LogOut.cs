using System.Net;
using MediatR;
using PyWharf.Application.Audit;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>Records that a browser's session was ended.</summary>
public static class LogOut
{
    /// <summary>Records it. It takes no access: whoever has the session may end it, also after its secret was changed.</summary>
    /// <param name="Repository">The repository of the session.</param>
    /// <param name="Actor">The session, as <see cref="LogIn"/> named it.</param>
    /// <param name="Address">The address of the client.</param>
    /// <param name="RequestId">The id of the request.</param>
    public sealed record Command(RepositoryName Repository, AuditActor Actor, IPAddress? Address, string RequestId) : IRequest<Outcome<Unit>>;

    internal sealed class Handler(IAuditLog log) : IRequestHandler<Command, Outcome<Unit>>
    {
        public async Task<Outcome<Unit>> Handle(Command command, CancellationToken cancellationToken)
        {
            _ = await log.AppendAsync(new AuditEvent(AuditEventKind.Logout, AuditOutcome.Ok) { Repository = command.Repository, Actor = command.Actor }
                .SentFrom(command.Address, command.RequestId));

            return Unit.Value;
        }
    }
}
