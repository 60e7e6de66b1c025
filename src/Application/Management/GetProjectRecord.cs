using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Decisions;

/// <summary>What was decided about a project.</summary>
public static class GetProjectRecord
{
    /// <summary>Its record as the index has it.</summary>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<ProjectRecord>>
    {
        /// <inheritdoc/>
        public override AccessLevel Needs => AccessLevel.Read;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<ProjectRecord>>
    {
        public async Task<Outcome<ProjectRecord>> Handle(Query query, CancellationToken cancellationToken)
        {
            var found = await Decision.FindAsync(query.Repository, query.Project, cancellationToken);

            return found.Failure is { } unknown ? unknown : found.Value.Record;
        }
    }
}
