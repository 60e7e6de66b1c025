using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>GET /index_mtime/: when the index last changed.</summary>
public static class GetIndexTime
{
    /// <summary>The time of the newest change that the pages show.</summary>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<DateTimeOffset>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<DateTimeOffset>>
    {
        public async Task<Outcome<DateTimeOffset>> Handle(Query query, CancellationToken cancellationToken) =>
            await query.Repository.GetIndexAsync(cancellationToken) is { } index ? Repository.ModifiedAt(index, query.Principal.Reads) : IndexFailure.NotReadYet;
    }
}
