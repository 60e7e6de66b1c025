using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>Takes a published file back from GitHub, with its release and its tag.</summary>
internal sealed class ReleaseRemoval(GitHubApi api, TimeProvider time)
{
    // For some seconds GitHub may not show what it was just told.
    private const int LookupTries = 5;
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    /// <summary>Removes both, as far as they are there: what broke off is finished by doing it again.</summary>
    /// <param name="token">Who may write.</param>
    /// <param name="filename">The name of the file, of its release and of its tag.</param>
    /// <param name="asset">The file on GitHub.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="GitHubException">Not all of it is gone.</exception>
    public async Task RemoveAsync(Secret token, string filename, Uri asset, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, filename, asset, cancellationToken) is { } release)
        {
            await UnlessGoneAsync(() => api.DeleteReleaseAsync(token, release.Id, cancellationToken));
        }

        await UnlessGoneAsync(() => api.DeleteTagAsync(token, filename, cancellationToken));
    }

    /// <summary>A release by its tag, under which GitHub may show it later than its asset; null when that is gone too.</summary>
    private async Task<GitHubRelease?> FindAsync(Secret token, string filename, Uri asset, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var release = await api.FindReleaseAsync(token, filename, cancellationToken);
            if (release is not null || await api.FindAssetAsync(token, asset, cancellationToken) is null)
            {
                return release;
            }

            if (tries == LookupTries)
            {
                throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub has the file of {filename} and does not show its release.");
            }

            await Task.Delay(Lag, time, cancellationToken);
        }
    }

    // Somebody else was faster, or there was none.
    private static async Task UnlessGoneAsync(Func<Task> delete)
    {
        try
        {
            await delete();
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.NotFound)
        {
        }
    }
}
