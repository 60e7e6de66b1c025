using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Simple;

/// <summary>GET /simple/: every project that has files (PEP 503, 691).</summary>
public static class ListDistributions
{
    /// <summary>The page, in every representation.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="At">The moment whose projects are listed; null for now.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, DateTimeOffset? At = null)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<RenderedPage>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<RenderedPage>>
    {
        public async Task<Outcome<RenderedPage>> Handle(Query query, CancellationToken cancellationToken)
        {
            var (repository, scope) = (query.Repository, query.Principal.Reads);

            return await repository.GetIndexAsync(cancellationToken) is not { } index ? IndexFailure.NotReadYet
                : query.At is not { } moment ? repository.ProjectListPage(index, scope)
                : SimplePage.RenderProjectList(
                    Repository.OfferedProjects(index, scope).Where(project => project.ExistedAt(moment)).Select(project => project.Name.ToString()), isView: !scope.IsAll);
        }
    }
}
