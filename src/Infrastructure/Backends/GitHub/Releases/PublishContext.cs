using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>One file on its way to GitHub, and what each step of that needs.</summary>
/// <param name="Api">The repository.</param>
/// <param name="Token">Who publishes.</param>
/// <param name="Source">The file.</param>
/// <param name="Attestations">What is kept beside it as a second asset; null for nothing.</param>
/// <param name="Reservation">Its place among the writes to the repository.</param>
/// <param name="Time">Measures pauses and limits.</param>
internal sealed record PublishContext(GitHubApi Api, Secret Token, AssetSource Source, AssetSource? Attestations, WriteQueue.Reservation Reservation, TimeProvider Time)
{
    /// <summary>How often a step is tried whose outcome is not known.</summary>
    public const int Tries = 3;

    // For some seconds GitHub may not show what it was just told.
    private const int LagTries = 5;
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    /// <summary>A release of ours as it is now; null when it is gone.</summary>
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

    /// <summary>The published release of the file's name, after GitHub has said that there is one; null when it does not show.</summary>
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
