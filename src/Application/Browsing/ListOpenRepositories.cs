using MediatR;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>The repositories that everybody may read (<c>anonymous_read</c>).</summary>
public static class ListOpenRepositories
{
    /// <summary>Asks for them, sorted by name; there may be none.</summary>
    public sealed record Query : IRequest<Outcome<IReadOnlyList<VisibleRepository>>>;

    internal sealed class Handler(IRepositories repositories) : IRequestHandler<Query, Outcome<IReadOnlyList<VisibleRepository>>>
    {
        public async Task<Outcome<IReadOnlyList<VisibleRepository>>> Handle(Query query, CancellationToken cancellationToken) =>
            Outcome.Of(await OpenRepositories.ListAsync(repositories, cancellationToken));
    }
}
