using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Application.Search;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>What the page of a repository shows: its projects or those that match a search, and its newest uploads.</summary>
public static class DescribeRepository
{
    private const int PageSize = 50;

    /// <summary>Asks for it.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Text">The words to search for; empty for all projects.</param>
    /// <param name="Page">The page of the matches, from 1.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, string Text, int Page)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<RepositoryOverview>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(query => query.Text).MaximumLength(SearchProjects.MaxTextLength)
            .WithMessage($"A search has {SearchProjects.MaxTextLength} characters at most.");
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<RepositoryOverview>>
    {
        public async Task<Outcome<RepositoryOverview>> Handle(Query query, CancellationToken cancellationToken)
        {
            var (repository, principal) = (query.Repository, query.Principal);
            if (await repository.GetIndexAsync(cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            var text = query.Text.Trim();
            var statistics = repository.Statistics(index, principal.Reads);

            return new RepositoryOverview
            {
                Name = repository.Name,
                Access = principal.Access,
                Members = [.. repository.Members.Select(member => member.Name)],
                IsOpen = repository.Settings.Access.AllowsAnonymousRead,
                Text = text,
                Matches = text.Length == 0
                    ? Paging.Of(Repository.OfferedProjects(index, principal.Reads), statistics.Projects, query.Page, PageSize)
                    : Search(index.Offered, principal.Reads, text, query.Page),
                ProjectCount = statistics.Projects,
                FileCount = statistics.Files,
                Quarantined = text.Length == 0 ? statistics.Quarantined : [],
                Newest = text.Length == 0 ? statistics.NewestUploads : [],
            };
        }

        private static Paging<ProjectFiles> Search(OfferedProjects projects, ProjectScope scope, string text, int page)
        {
            using var matches = new ProjectSearch(text).In(projects, scope);

            return Paging.Of(matches.Best, matches.Count, page, PageSize);
        }
    }
}
