using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Management;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>Takes over what people decided about a project elsewhere: yanks, and its status. Nothing is taken back that was decided here.</summary>
internal static class ImportProjectRecord
{
    /// <summary>Adds to the record of a project.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    /// <param name="YankedFiles">The yanked files, with the reason, which may be empty.</param>
    /// <param name="YankedVersions">The versions that are yanked with all their files.</param>
    /// <param name="Status">The status, for a project that is active here without a reason; null to leave it.</param>
    public sealed record Command(
        Credential? Credential,
        RepositoryName? Addressed,
        ProjectName Project,
        IReadOnlyList<KeyValuePair<DistributionFilename, string>> YankedFiles,
        IReadOnlyCollection<KeyValuePair<PackageVersion, string>> YankedVersions,
        (StatusMarker Marker, string? Reason)? Status)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IAuditedRequest, IRequest<Outcome<ProjectRecord>>
    {
        /// <summary>Whether there is nothing to take over.</summary>
        public bool IsEmpty => this is { YankedFiles.Count: 0, YankedVersions.Count: 0, Status: null or (StatusMarker.Active, _) };

        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Admin;

        /// <inheritdoc/>
        public AuditEvent Attempt => new(AuditEventKind.Yank, AuditOutcome.Ok) { Project = Project };
    }

    internal sealed class Handler(AuditTrail trail) : IRequestHandler<Command, Outcome<ProjectRecord>>
    {
        public async Task<Outcome<ProjectRecord>> Handle(Command command, CancellationToken cancellationToken)
        {
            if (await command.Repository.RefreshAsync(cancellationToken) is { } failure)
            {
                return failure;
            }

            var current = command.Repository.Index?.Find(command.Project)?.Record ?? ProjectRecord.Empty;
            if (current.UnreadableOf(command.Project) is { } unreadable)
            {
                return unreadable;
            }

            var events = EventsOf(command, current, Merge(current, command)).ToList();

            return events.Count == 0
                ? current
                : await ProjectManagement.ChangeRecordAsync(trail, command, command.Project, events, record => Merge(record, command), cancellationToken);
        }

        private static ProjectRecord Merge(ProjectRecord record, Command command)
        {
            record = command.YankedVersions.Where(yank => !record.YankedVersions.ContainsKey(yank.Key))
                .Aggregate(record, (merged, yank) => merged with { YankedVersions = merged.YankedVersions.Add(yank.Key, ReasonOf(yank.Value)) });
            record = command.YankedFiles.Where(yank => record.YankOf(yank.Key) is null)
                .Aggregate(record, (merged, yank) => merged.WithYank(yank.Key, ReasonOf(yank.Value)));

            return command.Status is var (marker, reason) && marker != StatusMarker.Active && record is { Status: StatusMarker.Active, StatusReason: null }
                ? record with { Status = marker, StatusReason = reason is null || ReasonOf(reason) is "" ? null : ReasonOf(reason) }
                : record;
        }

        private static IEnumerable<AuditEvent> EventsOf(Command command, ProjectRecord before, ProjectRecord after)
        {
            foreach (var (filename, reason) in after.YankedFiles.Where(yank => !before.YankedFiles.ContainsKey(yank.Key)))
            {
                yield return command.Attempt with { File = filename, Reason = reason is "" ? null : reason };
            }

            foreach (var (_, reason) in after.YankedVersions.Where(yank => !before.YankedVersions.ContainsKey(yank.Key)))
            {
                yield return command.Attempt with { Reason = reason is "" ? null : reason };
            }

            if (after.Status != before.Status)
            {
                yield return new AuditEvent(AuditEventKind.Status, AuditOutcome.Ok) { Project = command.Project, Status = after.Status, Reason = after.StatusReason };
            }
        }

        /// <summary>The reason, if it may be one here; a yank without a reason otherwise.</summary>
        private static string ReasonOf(string reason) =>
            reason.Length <= ProjectRecord.MaxReasonLength && !reason.Any(char.IsControl) ? reason : "";
    }
}
