using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Search;

/// <summary>GET /search: finds projects by words of their names and summaries.</summary>
public static class SearchProjects
{
    /// <summary>The default of the limit.</summary>
    public const int DefaultLimit = 50;

    /// <summary>The most characters of a search.</summary>
    public const int MaxTextLength = 200;

    /// <summary>Asks for the projects whose name or summary contains every word, best matches first; without words, for all.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Text">The words.</param>
    /// <param name="Offset">The number of results to skip.</param>
    /// <param name="Limit">The maximum number of results.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, string Text, int Offset, int Limit)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<PageRepresentation>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        private const int MaxLimit = 500;

        public Validator()
        {
            RuleFor(query => query.Text).MaximumLength(MaxTextLength).WithMessage($"The query q has {MaxTextLength} characters at most.");
            RuleFor(query => query.Limit).InclusiveBetween(0, MaxLimit).WithMessage($"The limit is a number from 0 to {MaxLimit}.");
            RuleFor(query => query.Offset).GreaterThanOrEqualTo(0).WithMessage("The offset is a number from 0 on.");
        }
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<PageRepresentation>>
    {
        public async Task<Outcome<PageRepresentation>> Handle(Query query, CancellationToken cancellationToken)
        {
            if (await query.Repository.GetIndexAsync(cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            using var matches = new ProjectSearch(query.Text).In(index.Offered, query.Principal.Reads);

            return PageRepresentation.Json(SearchJson.Results(query, matches));
        }
    }
}
