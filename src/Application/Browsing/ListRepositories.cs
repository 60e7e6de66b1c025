using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>The repositories that a visitor with a credential may see: the one that it opens, and those that everybody may read.</summary>
public static class ListRepositories
{
    /// <summary>Asks for them, sorted by name.</summary>
    public sealed record Query(Credential? Credential) : RepositoryRequest(Credential, Addressed: null), IRequest<Outcome<IReadOnlyList<VisibleRepository>>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler(IRepositories repositories) : IRequestHandler<Query, Outcome<IReadOnlyList<VisibleRepository>>>
    {
        public async Task<Outcome<IReadOnlyList<VisibleRepository>>> Handle(Query query, CancellationToken cancellationToken)
        {
            var (own, principal) = (query.Repository, query.Principal);
            var visible = new List<VisibleRepository>
            {
                new(own.Name, principal.Access, await OpenRepositories.CountAsync(own, principal.Reads, cancellationToken), own.Settings.Access.AllowsAnonymousRead),
            };
            visible.AddRange((await OpenRepositories.ListAsync(repositories, cancellationToken)).Where(open => open.Name != own.Name));

            return Outcome.Of<IReadOnlyList<VisibleRepository>>([.. visible.OrderBy(repository => repository.Name.ToString(), StringComparer.Ordinal)]);
        }
    }
}
