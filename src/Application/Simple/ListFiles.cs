using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Simple;

/// <summary>GET /simple/{project}/: the files of a project (PEP 503, 691), ours or else those of the upstream index.</summary>
public static class ListFiles
{
    /// <summary>The page, in every representation.</summary>
    /// <param name="Credential">Who asks.</param>
    /// <param name="Addressed">The repository that was named.</param>
    /// <param name="Project">The project.</param>
    /// <param name="OnlyHere">Whether what is published here is all that counts: upstream is not asked then.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project, bool OnlyHere)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<RenderedPage>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler(UpstreamGate upstream) : IRequestHandler<Query, Outcome<RenderedPage>>
    {
        public async Task<Outcome<RenderedPage>> Handle(Query query, CancellationToken cancellationToken)
        {
            if (await query.Repository.GetIndexAsync(cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            // A project that exists here never asks upstream: that would tell its name, and let upstream add files to it.
            if (index.Find(query.Project) is { } files)
            {
                return query.Repository.ProjectPage(files);
            }

            return query.OnlyHere
                ? new Failure(FailureKind.NotFound, $"There is no project {query.Project} in this repository.")
                : await upstream.GetProjectAsync(query.Project, cancellationToken);
        }
    }
}
