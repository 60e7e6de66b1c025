using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Simple;

/// <summary>GET /simple/{project}/: the files of a project (PEP 503, 691), ours or else those of the upstream index.</summary>
public static class ListFiles
{
    /// <summary>The page, in every representation.</summary>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<RenderedPage>>
    {
        /// <inheritdoc/>
        public override AccessLevel Needs => AccessLevel.Read;
    }

    internal sealed class Handler(IUpstream upstream) : IRequestHandler<Query, Outcome<RenderedPage>>
    {
        public async Task<Outcome<RenderedPage>> Handle(Query query, CancellationToken cancellationToken)
        {
            if (query.Repository.Index is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            // A project that exists here never asks upstream: that would tell its name, and let upstream add files to it.
            return index.Find(query.Project) is { } files
                ? query.Repository.ProjectPage(files)
                : await upstream.GetProjectAsync(query.Project, cancellationToken);
        }
    }
}
