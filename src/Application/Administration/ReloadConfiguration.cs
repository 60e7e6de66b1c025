using MediatR;
using PyWharf.Application.Audit;
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

    internal sealed class Handler(IRepositories repositories, IConfigurationReader reader, IAuditLog log) : IRequestHandler<Command, Outcome<RepositorySet>>
    {
        public async Task<Outcome<RepositorySet>> Handle(Command command, CancellationToken cancellationToken)
        {
            var reloaded = await repositories.ReloadAsync(reader.ReadAsync, cancellationToken);

            // Best effort: a full disk does not keep a secret in use that the operator has replaced.
            _ = await log.AppendAsync(reloaded.Failure is null
                ? new AuditEvent(AuditEventKind.Reload, AuditOutcome.Ok)
                : new AuditEvent(AuditEventKind.Reload, AuditOutcome.Failed) { Reason = "The configuration is wrong, and the server's log says where." });

            return reloaded;
        }
    }
}
