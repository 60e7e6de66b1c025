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
    public sealed record Query(Credential? Credential, RepositoryName? Addressed)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<RenderedPage>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<RenderedPage>>
    {
        public async Task<Outcome<RenderedPage>> Handle(Query query, CancellationToken cancellationToken) =>
            await query.Repository.GetIndexAsync(cancellationToken) is { } index ? query.Repository.ProjectListPage(index, query.Principal.Reads) : IndexFailure.NotReadYet;
    }
}
