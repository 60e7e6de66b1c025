using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>Yanks or unyanks files (PEP 592): installers skip a yanked file unless exactly its version is pinned.</summary>
public static class YankFiles
{
    /// <summary>Yanks the selected files.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    /// <param name="Selection">The files. A version includes files uploaded later.</param>
    /// <param name="Reason">The reason, shown in pip's warning; empty for none; null unyanks.</param>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, ProjectName Project, FileSelection Selection, string? Reason)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IAuditedRequest, IRequest<Outcome<IReadOnlyList<DistributionFilename>>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Write;

        /// <inheritdoc/>
        public AuditEvent Attempt => new(Reason is null ? AuditEventKind.Unyank : AuditEventKind.Yank, AuditOutcome.Ok)
        {
            Project = Project,
            File = Selection.NamedFile,
            Reason = string.IsNullOrEmpty(Reason) ? null : Reason,
        };
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(command => command.Reason).IsReason();
    }

    internal sealed class Handler(AuditTrail trail) : IRequestHandler<Command, Outcome<IReadOnlyList<DistributionFilename>>>
    {
        public async Task<Outcome<IReadOnlyList<DistributionFilename>>> Handle(Command command, CancellationToken cancellationToken)
        {
            var found = await ProjectManagement.FindAsync(command.Repository, command.Project, cancellationToken);
            if (found.Failure is { } unknown)
            {
                return unknown;
            }

            var selected = Select(command.Selection, found.Value);
            if (selected.Count == 0)
            {
                return ProjectManagement.NoSuchFile(command.Project, command.Selection);
            }

            var made = await ProjectManagement.ChangeRecordAsync(
                trail,
                command,
                command.Project,
                ProjectManagement.EventsOf(command.Attempt, selected),
                record => command.Reason is { } reason
                    ? Yank(record, command.Selection, selected, reason)
                    : Unyank(record, command.Selection, selected, found.Value),
                cancellationToken);

            return made.Failure is { } failure ? failure : Outcome.Of<IReadOnlyList<DistributionFilename>>([.. selected.Select(file => file.Filename)]);
        }

        /// <summary>The selected files. A file name selects all files of the same identity, in any spelling.</summary>
        private static IReadOnlyList<PackageFile> Select(FileSelection selection, ProjectFiles files) =>
            selection is FileSelection.OfName(var name) && DistributionFilename.TryParseStored(name, files.Name, out var filename)
                ? [.. files.InOrder().Where(file => file.Filename.Identity.Equals(filename.Identity))]
                : selection.Among(files);

        private static ProjectRecord Yank(ProjectRecord record, FileSelection selection, IReadOnlyList<PackageFile> selected, string reason) => selection switch
        {
            FileSelection.OfVersion(var version) => record with { YankedVersions = record.YankedVersions.SetItem(version, reason) },
            _ => record.WithYank(selected[0].Filename, reason),
        };

        private static ProjectRecord Unyank(ProjectRecord record, FileSelection selection, IReadOnlyList<PackageFile> selected, ProjectFiles files)
        {
            // If the whole version is yanked, the other files stay yanked, now each by itself.
            foreach (var sibling in selection is FileSelection.OfName ? SiblingsOf(selected[0], files) : [])
            {
                if (record.YankOf(sibling.Filename) is { } reason)
                {
                    record = record.WithYank(sibling.Filename, reason);
                }
            }

            foreach (var file in selected)
            {
                record = record.WithYank(file.Filename, reason: null) with
                {
                    YankedVersions = file.Filename.Version is { } version ? record.YankedVersions.Remove(version) : record.YankedVersions,
                };
            }

            return record;
        }

        private static IReadOnlyList<PackageFile> SiblingsOf(PackageFile file, ProjectFiles files) =>
            file.Filename.Version is { } version ? new FileSelection.OfVersion(version).Among(files) : [];
    }
}
