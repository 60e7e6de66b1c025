using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>Checks access before the body of an upload is read, and at login: no gigabyte is received for a wrong password.</summary>
public static class CheckAccess
{
    /// <summary>Returns the repository if the credential grants the required access.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Required">The access.</param>
    /// <param name="Project">The project that the access is about; null for any.</param>
    /// <param name="Change">The change that the access is for, whose refusal is recorded; null for none.</param>
    public sealed record Query(
        Credential? Credential, RepositoryName? Addressed, AccessLevel Required, ProjectName? Project = null, AuditEventKind? Change = null)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IAuditedRequest, IRequest<Outcome<Repository>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => Required;

        /// <inheritdoc/>
        public AuditEvent? Attempt => Change is { } kind ? new AuditEvent(kind, AuditOutcome.Ok) { Project = Project } : null;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<Repository>>
    {
        public Task<Outcome<Repository>> Handle(Query query, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<Repository>>(query.Repository);
    }
}
