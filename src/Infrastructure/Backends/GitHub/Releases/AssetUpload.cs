using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>Uploads a file to a draft.</summary>
internal static class AssetUpload
{
    /// <summary>An upload must end before its draft counts as abandoned (<see cref="DraftCleanup.Abandoned"/>).</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(45);

    /// <summary>Uploads the file, and verifies name, size and, where GitHub says it, digest of the asset.</summary>
    /// <param name="publishing">The publication.</param>
    /// <param name="source">The file.</param>
    /// <param name="draft">The release.</param>
    /// <param name="before">An asset that the draft has already; null for none.</param>
    /// <param name="cancellationToken">Cancels the upload.</param>
    /// <returns>Null when this draft is unusable and another one is needed.</returns>
    /// <exception cref="GitHubException">It is not uploaded.</exception>
    public static async Task<GitHubAsset?> UploadAsync(
        PublishContext publishing, AssetSource source, GitHubRelease draft, GitHubAsset? before, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Longest, publishing.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await UploadRepeatedlyAsync(publishing, source, draft, before, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException(GitHubErrorKind.Unavailable, "The upload to GitHub took too long.", inner: exception);
        }
    }

    private static async Task<GitHubAsset?> UploadRepeatedlyAsync(
        PublishContext publishing, AssetSource source, GitHubRelease draft, GitHubAsset? before, CancellationToken cancellationToken)
    {
        var (api, token, _, _, place, _) = publishing;
        GitHubException? last = null;
        for (var tries = 1; tries <= PublishContext.Tries; tries++)
        {
            await place.AwaitTurnAsync(cancellationToken);

            GitHubAsset? asset;
            try
            {
                asset = await api.UploadAssetAsync(token, draft, source.Name, source.Path, cancellationToken);
            }
            catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Unavailable or GitHubErrorKind.AlreadyExists or GitHubErrorKind.NotFound)
            {
                last = exception;
                var current = await publishing.FindAsync(draft.Id, cancellationToken);
                if (current is not null && exception.Kind == GitHubErrorKind.NotFound)
                {
                    throw;
                }

                asset = current?.Assets.FirstOrDefault(other => other.Id != before?.Id);
                if (current is null || (asset is null && exception.Kind == GitHubErrorKind.AlreadyExists))
                {
                    // The draft is gone, or a failed upload has left an asset that blocks the name and is not listed.
                    return null;
                }
            }

            if (asset is not null)
            {
                if (source.IsReceivedAs(asset))
                {
                    return asset;
                }

                if (asset.IsWhole && asset.Name != source.Name)
                {
                    throw new GitHubException(GitHubErrorKind.Invalid, $"it would call the file {asset.Name}");
                }

                await DeleteAsync(publishing, asset, cancellationToken);
            }
        }

        throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub did not receive the file as it was sent.", last?.RetryAfter, last);
    }

    // If it had no effect, the next upload fails.
    private static async Task DeleteAsync(PublishContext publishing, GitHubAsset asset, CancellationToken cancellationToken)
    {
        try
        {
            await publishing.Api.DeleteAssetAsync(publishing.Token, asset.Id, cancellationToken);
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.NotFound or GitHubErrorKind.Unavailable)
        {
        }
    }
}
