using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>Deletes a published file: its release and its tag.</summary>
internal sealed class ReleaseRemoval(GitHubApi api, TimeProvider time)
{
    // GitHub may not show a change for some seconds.
    private const int LookupTries = 5;
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    /// <summary>Deletes what there is of both. May be repeated after any failure.</summary>
    /// <param name="token">A token that may write.</param>
    /// <param name="filename">The name of the file, of its release and of its tag.</param>
    /// <param name="asset">The file on GitHub.</param>
    /// <param name="cancellationToken">Cancels between two steps.</param>
    /// <exception cref="GitHubException">Something is left.</exception>
    public async Task RemoveAsync(Secret token, string filename, Uri asset, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, filename, asset, cancellationToken) is { } release)
        {
            await UnlessGoneAsync(() => api.DeleteReleaseAsync(token, release.Id, cancellationToken));
        }

        await UnlessGoneAsync(() => api.DeleteTagAsync(token, filename, cancellationToken));
    }

    /// <summary>The release of a tag, which GitHub may show later than its asset; null when the asset is gone too.</summary>
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

    // Deleted by somebody else, or there was none.
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
