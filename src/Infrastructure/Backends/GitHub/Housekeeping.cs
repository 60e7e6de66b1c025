using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Backends.GitHub.Releases;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// Hourly work that lists all releases: deletes abandoned drafts and, where this server writes the index file, adds releases that it lacks (published by
/// others, or by this server before it lost its catalog).
/// </summary>
/// <param name="drafts">Deletes abandoned drafts.</param>
/// <param name="writer">Writes the index file; null where a workflow does.</param>
/// <param name="time">The clock.</param>
internal sealed class Housekeeping(DraftCleanup drafts, IndexWriter? writer, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromMinutes(5);

    private DateTimeOffset _next;

    /// <summary>Runs when an hour has passed since the last run. Returns why the index was not written; null otherwise.</summary>
    /// <exception cref="GitHubException">The drafts could not be listed or deleted.</exception>
    public async Task<Failure?> RunAsync(Secret token, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _next)
        {
            return null;
        }

        _next = time.GetUtcNow() + PauseAfterTrouble;
        try
        {
            await drafts.RepairAsync(token, cancellationToken);
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Forbidden or GitHubErrorKind.NotFound)
        {
            // A server with a read-only token is fine; one that may write cleans up.
        }

        if (writer is not null && (await writer.CatchUpAsync(token, cancellationToken)).Failure is { } notWritten)
        {
            return notWritten;
        }

        _next = time.GetUtcNow() + Pause;

        return null;
    }
}
