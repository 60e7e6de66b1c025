using MediatR;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>
/// After a server was killed: an upload whose line was written and whose file is neither published nor deleted gets a line that says that its outcome is
/// unknown.
/// </summary>
public static class ReportInterruptedUploads
{
    /// <summary>Looks at the events before a time, that of the start of this server.</summary>
    public sealed record Command(DateTimeOffset Before) : IRequest<Outcome<int>>;

    internal sealed class Handler(IAuditLog log, IInterruptedUploads interrupted, IRepositories repositories, TimeProvider time) : IRequestHandler<Command, Outcome<int>>
    {
        private static readonly TimeSpan IndexPolling = TimeSpan.FromSeconds(1);

        // Another server on the root folder may be about to publish; GitHub takes its time, with a queue of writes before it.
        private static readonly TimeSpan LocalWait = TimeSpan.FromSeconds(2);
        private static readonly TimeSpan RemoteWait = TimeSpan.FromSeconds(30);

        /// <returns>How many there were.</returns>
        public async Task<Outcome<int>> Handle(Command command, CancellationToken cancellationToken)
        {
            var uploads = await interrupted.FindAsync(command.Before, cancellationToken);
            var reported = await Task.WhenAll(uploads.GroupBy(upload => upload.Repository).Select(group => ReportAsync(group.Key, [.. group], cancellationToken)));

            return reported.Sum();
        }

        private async Task<int> ReportAsync(RepositoryName? name, IReadOnlyList<AuditEvent> uploads, CancellationToken cancellationToken)
        {
            Repository? repository;
            while ((repository = name is null ? null : repositories.Current?.Find(name)) is { Index: null })
            {
                await Task.Delay(IndexPolling, time, cancellationToken);
            }

            if (repository is null || !repository.TryHold())
            {
                return 0;
            }

            try
            {
                if (Missing(repository, uploads).Count == 0)
                {
                    return 0;
                }

                await Task.Delay(repository.Backend.Decoy is null ? LocalWait : RemoteWait, time, cancellationToken);
                if ((await repository.SyncAsync(cancellationToken)).Failure is not null)
                {
                    return 0;
                }

                var missing = Missing(repository, uploads);
                if (missing.Count > 0)
                {
                    await log.AppendAsync(missing);
                }

                return missing.Count;
            }
            finally
            {
                repository.Release();
            }
        }

        private static IReadOnlyList<AuditEvent> Missing(Repository repository, IReadOnlyList<AuditEvent> uploads) =>
        [
            .. from upload in uploads
               let files = repository.Index?.Find(upload.Project!) // FindAsync takes those with project and file only
               where files?.Find(upload.File!)?.Sha256.Equals(upload.Sha256) != true && files?.Record.Deleted.ContainsKey(upload.File!) != true
               select upload with
               {
                   Actor = null, // the server's line, not that of who uploaded
                   Address = null,
                   RequestId = null,
                   Outcome = AuditOutcome.Unknown,
                   Reason = "The server ended before it was published or refused, and the file is not in the storage.",
               },
        ];
    }
}
