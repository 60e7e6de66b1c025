using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Application.Resolution;
using PyWharf.Domain;

namespace PyWharf.Application.Simple;

/// <summary>GET /simple/{project}/: the files of a project (PEP 503, 691), of this repository or else of the upstream index.</summary>
public static class ListFiles
{
    /// <summary>The page, in every representation.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    /// <param name="OnlyHere">Whether to look at this repository only, and not at the upstream index.</param>
    /// <param name="At">The moment whose files are listed; null for now.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project, bool OnlyHere, DateTimeOffset? At = null)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IRequest<Outcome<RenderedPage>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler(UpstreamGate upstream) : IRequestHandler<Query, Outcome<RenderedPage>>
    {
        public async Task<Outcome<RenderedPage>> Handle(Query query, CancellationToken cancellationToken)
        {
            if (await query.Repository.GetIndexAsync(query.Project, static (index, project) => index.Find(project) is not null, cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            // Upstream is never asked for a project that exists here: that would disclose its name, and let upstream add files to it.
            if (index.Find(query.Project) is { } files)
            {
                return PageOf(query, files);
            }

            if (query.OnlyHere)
            {
                return ProjectFailure.NotFound(query.Project);
            }

            var page = await upstream.GetPageAsync(query.Repository, query.Project, query.At, cancellationToken);

            // Published while upstream was asked: after an acknowledged upload nobody gets upstream's files.
            return (await query.Repository.GetIndexAsync(cancellationToken))?.Find(query.Project) is { } published ? PageOf(query, published) : page;
        }

        private static Outcome<RenderedPage> PageOf(Query query, ProjectFiles files) =>
            query.At is { } moment ? PageAt(files, moment) : query.Repository.ProjectPage(files);

        /// <summary>Not kept: clients name any moment.</summary>
        private static Outcome<RenderedPage> PageAt(ProjectFiles files, DateTimeOffset moment)
        {
            // What can't be read is shown as closed, as it is now: nobody knows which of its files still exist.
            if (files.Record.IsReadable && !files.ExistedAt(moment))
            {
                return ProjectFailure.NotYet(files.Name);
            }

            return SimplePage.RenderOnce(() => ProjectPageFactory.Create(files.At(moment)), files.FileCount);
        }
    }
}
