using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>Deletes files for good. A deleted file name is never reused for other bytes, and a deleted version accepts no further files.</summary>
public static class DeleteFiles
{
    /// <summary>Deletes the selected files. Idempotent: may be repeated after a failure.</summary>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, ProjectName Project, FileSelection Selection)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IAuditedRequest, IRequest<Outcome<IReadOnlyList<DistributionFilename>>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Admin;

        /// <inheritdoc/>
        public AuditEvent Attempt => new(AuditEventKind.Delete, AuditOutcome.Ok) { Project = Project, File = Selection.NamedFile };
    }

    internal sealed class Handler(AuditTrail trail, TimeProvider time) : IRequestHandler<Command, Outcome<IReadOnlyList<DistributionFilename>>>
    {
        public async Task<Outcome<IReadOnlyList<DistributionFilename>>> Handle(Command command, CancellationToken cancellationToken)
        {
            var found = await ProjectManagement.FindAsync(command.Repository, command.Project, cancellationToken);
            if (found.Failure is { } unknown)
            {
                return unknown;
            }

            // An interrupted deletion may have left files behind; repeating it removes them.
            var files = found.Value;
            PackageFile[] selected = [.. command.Selection.Among(files), .. command.Selection.AmongLeftovers(files)];
            IReadOnlyList<DistributionFilename> names = [.. selected.Select(file => file.Filename).Union(command.Selection.AmongDeleted(files))];
            if (names.Count == 0)
            {
                return ProjectManagement.NoSuchFile(command.Project, command.Selection);
            }

            var now = time.GetUtcNow();
            var made = await ProjectManagement.ChangeRecordAsync(
                trail,
                command,
                command.Project,
                selected.Length > 0 ? ProjectManagement.EventsOf(command.Attempt, selected) : [command.Attempt],
                record => Delete(record, command.Selection, selected, files, now),
                cancellationToken);

            return made.Failure is { } failure ? failure : Outcome.Of(names);
        }

        private static ProjectRecord Delete(
            ProjectRecord record, FileSelection selection, IReadOnlyList<PackageFile> selected, ProjectFiles files, DateTimeOffset now)
        {
            record = record with
            {
                Deleted = record.Deleted.AddRange(selected
                    .Where(file => !record.Deleted.ContainsKey(file.Filename.ToString()))
                    .Select(file => KeyValuePair.Create(file.Filename.ToString(), new Deletion(now, file.Sha256)))),
                DeletedVersions = selection is FileSelection.OfVersion(var version) && !record.DeletedVersions.ContainsKey(version)
                    ? record.DeletedVersions.Add(version, now)
                    : record.DeletedVersions,
            };

            // Drops the yanks of the deleted files, except where another file of the same identity remains.
            var identities = selected.Select(file => file.Filename.Identity).ToHashSet();
            identities.ExceptWith(files.InOrder().Except(selected).Select(file => file.Filename.Identity));

            return selected.Where(file => identities.Contains(file.Filename.Identity)).Aggregate(record, (left, file) => left.WithYank(file.Filename, reason: null));
        }
    }
}
