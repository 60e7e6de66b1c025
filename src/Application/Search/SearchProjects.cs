using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Search;

/// <summary>GET /search: the projects that a person may mean.</summary>
public static class SearchProjects
{
    /// <summary>How many are told where nobody says.</summary>
    public const int DefaultLimit = 50;

    /// <summary>Some of the projects in whose name or summary every word occurs, the likeliest first; without a word, some of all.</summary>
    /// <param name="Credential">Who asks.</param>
    /// <param name="Addressed">The repository that was named.</param>
    /// <param name="Text">The words.</param>
    /// <param name="Offset">How many of those found are passed over.</param>
    /// <param name="Limit">How many are told at most.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, string Text, int Offset, int Limit)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<PageRepresentation>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        private const int MaxTextLength = 200;
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
        public async Task<Outcome<PageRepresentation>> Handle(Query query, CancellationToken cancellationToken) =>
            await query.Repository.GetIndexAsync(cancellationToken) is { } index
                ? PageRepresentation.Json(SearchJson.Results(query, new ProjectSearch(query.Text).In(query.Repository.OfferedProjects(index))))
                : IndexFailure.NotReadYet;
    }
}
