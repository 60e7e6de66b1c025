using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Downloads;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Caching;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// What a server does between requests: finds sizes, times and metadata of files that others published, and cleans up. After a failure it pauses, as
/// nobody waits for it. Not safe for concurrent use.
/// </summary>
internal sealed class BackgroundWork(MissingFileDetails details, Housekeeping housekeeping, WheelMetadataBackfill wheels, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(1);

    private (Failure Failure, DateTimeOffset Until)? _pause;

    /// <summary>Does some of it.</summary>
    /// <returns>Of how many files something was found out; 0 when nothing is left to do. During a pause, the failure that began it.</returns>
    public async Task<Outcome<int>> RunAsync(Secret token, CancellationToken cancellationToken)
    {
        if (_pause is { } pause && time.GetUtcNow() < pause.Until)
        {
            return pause.Failure;
        }

        var done = await RunOnceAsync(token, cancellationToken);
        _pause = done.Failure is { } failure
            ? (failure, time.GetUtcNow() + (failure.RetryAfter > ShortestPause ? failure.RetryAfter.Value : ShortestPause))
            : null;

        return done;
    }

    private async Task<Outcome<int>> RunOnceAsync(Secret token, CancellationToken cancellationToken)
    {
        var found = await details.FillFromReleasesAsync(token, cancellationToken);
        if (found.Failure is not null || found.Value > 0)
        {
            return found;
        }

        try
        {
            return await housekeeping.RunAsync(token, cancellationToken) is { } notDone ? notDone : await wheels.DescribeAsync(token, cancellationToken);
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, "the abandoned drafts were not deleted");
        }
        catch (RemoteFileException exception)
        {
            return exception.Failure;
        }
    }
}
