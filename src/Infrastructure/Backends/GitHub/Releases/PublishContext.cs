using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>The publication of one file, with what each of its steps needs.</summary>
/// <param name="Api">The repository.</param>
/// <param name="Token">The publisher's token.</param>
/// <param name="Source">The file.</param>
/// <param name="Attestations">Its attestations, a second asset; null for none.</param>
/// <param name="Reservation">Its places in the queue of writes.</param>
/// <param name="Time">The clock.</param>
internal sealed record PublishContext(GitHubApi Api, Secret Token, AssetSource Source, AssetSource? Attestations, WriteQueue.Reservation Reservation, TimeProvider Time)
{
    /// <summary>How often a step with unknown outcome is attempted.</summary>
    public const int Tries = 3;

    // GitHub may not show a change for some seconds.
    private const int LagTries = 5;
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    /// <summary>The current state of a release; null when it is gone.</summary>
    public Task<GitHubRelease?> FindAsync(long id, CancellationToken cancellationToken) => AwaitAsync(
        async () =>
        {
            try
            {
                return await Api.GetReleaseAsync(Token, id, cancellationToken);
            }
            catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.NotFound)
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>The published release of the file's name, after GitHub has said that there is one; null when it is not shown.</summary>
    public Task<GitHubRelease?> FindWinnerAsync(CancellationToken cancellationToken) =>
        AwaitAsync(() => Api.FindReleaseAsync(Token, Source.Name, cancellationToken), cancellationToken);

    private async Task<GitHubRelease?> AwaitAsync(Func<Task<GitHubRelease?>> find, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var found = await find();
            if (found is not null || tries == LagTries)
            {
                return found;
            }

            await Task.Delay(Lag, Time, cancellationToken);
        }
    }
}
