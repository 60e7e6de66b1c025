using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Resolution;

/// <summary>GET /api/explain/{project}: what installers get of a project, and which rule decided about each file.</summary>
public static class ExplainProject
{
    /// <summary>Asks for it.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IRequest<Outcome<Explanation>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler(UpstreamGate upstream) : IRequestHandler<Query, Outcome<Explanation>>
    {
        public async Task<Outcome<Explanation>> Handle(Query query, CancellationToken cancellationToken)
        {
            var repository = query.Repository;
            if (await repository.GetIndexAsync(query.Project, static (index, project) => index.Find(project) is not null, cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            // As for installers: upstream is never asked for a project that exists here, and has no say in one that was published meanwhile.
            var asked = index.Find(query.Project) is null ? await upstream.ExplainAsync(repository, query.Project, cancellationToken) : (Outcome<Explanation>?)null;

            return (repository.Index ?? index).Find(query.Project) is not { } files ? asked ?? ProjectFailure.NotFound(query.Project)
                : files.Unreadable is { } unreadable ? unreadable
                : Explanation.Of(repository.Name, files, repository.OwnerOf(query.Project)?.Name);
        }
    }
}
