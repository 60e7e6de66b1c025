using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Decisions;

/// <summary>Deletes files for good. Their names are kept, and never stand for other bytes.</summary>
public static class DeleteFiles
{
    /// <summary>Deletes the selected files. May be repeated, after any failure and after none.</summary>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, ProjectName Project, FileSelection Selection)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<IReadOnlyList<DistributionFilename>>>
    {
        /// <inheritdoc/>
        public override AccessLevel Needs => AccessLevel.Write;
    }

    internal sealed class Handler(TimeProvider time) : IRequestHandler<Command, Outcome<IReadOnlyList<DistributionFilename>>>
    {
        public async Task<Outcome<IReadOnlyList<DistributionFilename>>> Handle(Command command, CancellationToken cancellationToken)
        {
            var found = await Decision.FindAsync(command.Repository, command.Project, cancellationToken);
            if (found.Failure is { } unknown)
            {
                return unknown;
            }

            // Of those that are deleted already something may still be there, if that was interrupted.
            var selected = command.Selection.Among(found.Value);
            IReadOnlyList<DistributionFilename> names = [.. selected.Select(file => file.Filename).Union(command.Selection.AmongDeleted(found.Value))];
            if (names.Count == 0)
            {
                return Decision.NoSuchFile(command.Project, command.Selection);
            }

            var now = time.GetUtcNow();
            var made = await Decision.MakeAsync(
                command,
                command.Project,
                record => record with
                {
                    Deleted = record.Deleted.AddRange(selected
                        .Where(file => !record.Deleted.ContainsKey(file.Filename.ToString()))
                        .Select(file => KeyValuePair.Create(file.Filename.ToString(), new Deletion(now, file.Sha256)))),
                    YankedFiles = record.YankedFiles.RemoveRange(selected.Select(file => file.Filename.ToString())),
                },
                cancellationToken);

            return made.Failure is { } failure ? failure : Outcome.Of(names);
        }
    }
}
