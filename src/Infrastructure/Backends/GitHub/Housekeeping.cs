using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Backends.GitHub.Releases;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// What takes a walk through all releases, and is in no hurry: drafts that nobody will publish any more, and, where this server writes the index
/// file, what others published, or this one before it lost its catalog.
/// </summary>
/// <param name="drafts">Deletes drafts.</param>
/// <param name="writer">Writes the index file; null where a workflow does.</param>
/// <param name="time">The clock.</param>
internal sealed class Housekeeping(DraftCleanup drafts, IndexWriter? writer, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromMinutes(5);

    private DateTimeOffset _next;

    /// <summary>Does it where it is time; what of it could not be done, null when nothing.</summary>
    /// <exception cref="GitHubException">The same, of the drafts.</exception>
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
            // A token that only reads is enough for a server; whoever may write sweeps.
        }

        if (writer is not null && (await writer.CatchUpAsync(token, cancellationToken)).Failure is { } notWritten)
        {
            return notWritten;
        }

        _next = time.GetUtcNow() + Pause;

        return null;
    }
}
