using PyWharf.Application.Audit;
using PyWharf.Infrastructure.Audit;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>Finds interrupted uploads of servers that do not run any more. Looking also says that this server runs.</summary>
internal sealed class PostgreSqlInterruptedUploads(PostgreSqlDatabase database, PostgreSqlServers servers) : IInterruptedUploads
{
    /// <inheritdoc/>
    public TimeSpan? Interval => PostgreSqlServers.Interval;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEvent>> FindAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (killed, firstLine) = await servers.TakeKilledAsync(cancellationToken);
        if (killed.Length == 0)
        {
            return [];
        }

        var uploads = await database.UseAsync(
            (connection, token) => AuditQueries.FindUploadsAsync(connection, firstLine, InterruptedUploads.MostEvents, token), cancellationToken);

        return InterruptedUploads.Among(uploads.Select(upload => (upload.Recorded.Event, killed.Contains(upload.Server))));
    }
}
