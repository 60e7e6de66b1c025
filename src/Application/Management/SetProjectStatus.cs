using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>Sets a project's status (PEP 792).</summary>
public static class SetProjectStatus
{
    /// <summary>The new status and an optional human-readable reason.</summary>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, ProjectName Project, StatusMarker Status, string? Reason)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IAuditedRequest, IRequest<Outcome<ProjectRecord>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Admin;

        /// <inheritdoc/>
        public AuditEvent Attempt => new(AuditEventKind.Status, AuditOutcome.Ok)
        {
            Project = Project,
            Status = Status,
            Reason = string.IsNullOrEmpty(Reason) ? null : Reason,
        };
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(command => command.Reason).IsReason();
    }

    internal sealed class Handler(AuditTrail trail) : IRequestHandler<Command, Outcome<ProjectRecord>>
    {
        public async Task<Outcome<ProjectRecord>> Handle(Command command, CancellationToken cancellationToken)
        {
            var found = await ProjectManagement.FindAsync(command.Repository, command.Project, cancellationToken);

            return found.Failure is { } unknown
                ? unknown
                : await ProjectManagement.ChangeRecordAsync(
                    trail,
                    command,
                    command.Project,
                    [command.Attempt],
                    record => record with { Status = command.Status, StatusReason = command.Reason is "" ? null : command.Reason },
                    cancellationToken);
        }
    }
}
