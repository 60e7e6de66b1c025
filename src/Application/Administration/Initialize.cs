using System.Net;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
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
    /// <param name="Address">The caller's address, which the first configuration of a server has without a credential.</param>
    /// <param name="RequestId">The id of the request.</param>
    public sealed record Command(ConfigurationDocuments Documents, Credential? Credential, IPAddress? Address, string RequestId) : IRequest<Outcome<RepositorySet>>;

    internal sealed class Handler(IRepositories repositories, InitializeAccess access, IAuditLog log) : IRequestHandler<Command, Outcome<RepositorySet>>
    {
        public async Task<Outcome<RepositorySet>> Handle(Command command, CancellationToken cancellationToken)
        {
            ConfigurationAuthor? author = null;
            var isRecorded = false;
            var replaced = await repositories.ReplaceAsync(command.Documents, AuthorOf, RecordAsync, cancellationToken);
            if (replaced.Failure is { } failure && (isRecorded || (author is not (null or ConfigurationAuthor.Anonymous) && IsRefusal(failure))))
            {
                // Not the message: a configuration is nothing for the administrators of single repositories, who read this.
                _ = await log.AppendAsync(EventOf(command, author, isRecorded ? AuditOutcome.Failed : AuditOutcome.Refused) with
                {
                    Reason = "The configuration was not taken; the answer said why.",
                });
            }

            return replaced;

            Outcome<ConfigurationAuthor> AuthorOf(RepositorySet? current)
            {
                var found = access.AuthorOf(command.Credential, current);
                author = found.Failure is null ? found.Value : null;

                return found;
            }

            async Task<Failure?> RecordAsync()
            {
                var unrecorded = await log.AppendAsync(EventOf(command, author, AuditOutcome.Ok));
                isRecorded = unrecorded is null;

                return unrecorded;
            }
        }

        private static bool IsRefusal(Failure failure) => failure.Kind is FailureKind.Invalid or FailureKind.Forbidden or FailureKind.Conflict;

        private static AuditEvent EventOf(Command command, ConfigurationAuthor? author, AuditOutcome outcome) =>
            new AuditEvent(AuditEventKind.Initialize, outcome)
            {
                Repository = author is ConfigurationAuthor.Admin admin ? admin.Repository : null,
                Actor = author switch
                {
                    ConfigurationAuthor.Admin => new AuditActor("secret", "admin secret"),
                    ConfigurationAuthor.ServerOperator => new AuditActor("secret", "initialize secret"),
                    _ => null,
                },
            }.SentFrom(command.Address, command.RequestId);
    }
}

/// <summary>The secret that always allows POST /initialize/.</summary>
/// <param name="Value">Null if the operator has set none.</param>
public sealed record InitializeSecret(Secret? Value);
