using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>Reads a project's record: status, yanks and deletions.</summary>
public static class GetProjectRecord
{
    /// <summary>Asks for the record as of now.</summary>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IRequest<Outcome<ProjectRecord>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<ProjectRecord>>
    {
        public async Task<Outcome<ProjectRecord>> Handle(Query query, CancellationToken cancellationToken)
        {
            var found = await ProjectManagement.FindAsync(query.Repository, query.Project, cancellationToken);

            return found.Failure is { } unknown ? unknown : found.Value.Record;
        }
    }
}
