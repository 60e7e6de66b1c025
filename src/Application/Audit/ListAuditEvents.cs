using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>
/// GET /api/audit: the newest events of the audit log. An administrator of a repository sees its events and those of the whole server; one who administers
/// some projects only, the events of those.
/// </summary>
public static class ListAuditEvents
{
    /// <summary>How many events are listed unless the request says otherwise.</summary>
    public const int DefaultLimit = 100;

    private const int MostEvents = 1000;

    /// <summary>Asks for events, newest first.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Since">Only events since then; null for any time.</param>
    /// <param name="Kind">Only events of this kind; null for any.</param>
    /// <param name="Project">Only events of this project; null for any.</param>
    /// <param name="Before">Only events that are older than the one with this <see cref="RecordedEvent.Previous"/>; null for the newest ones.</param>
    /// <param name="Limit">The most events.</param>
    public sealed record Query(
        Credential? Credential,
        RepositoryName? Addressed,
        DateTimeOffset? Since,
        AuditEventKind? Kind,
        ProjectName? Project,
        Sha256Digest? Before,
        int Limit)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<IReadOnlyList<RecordedEvent>>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Admin;
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(query => query.Limit).InclusiveBetween(1, MostEvents).WithMessage($"The limit is a number from 1 to {MostEvents}.");
    }

    internal sealed class Handler(IAuditLog log) : IRequestHandler<Query, Outcome<IReadOnlyList<RecordedEvent>>>
    {
        public async Task<Outcome<IReadOnlyList<RecordedEvent>>> Handle(Query query, CancellationToken cancellationToken) => Outcome.Of(await log.FindAsync(
            new AuditQuery
            {
                Since = query.Since,
                Kind = query.Kind,
                Repository = query.Repository.Name,
                Project = query.Project,
                Scope = query.Principal.Changes,
                Before = query.Before,
                Limit = query.Limit,
            },
            cancellationToken));
    }
}
