using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>The step that brings the bytes to GitHub, into a draft of ours.</summary>
internal static class AssetUpload
{
    /// <summary>A draft that is older than <see cref="DraftCleanup.Abandoned"/> is deleted, so no upload may take as long.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(45);

    /// <summary>Uploads the file; what is returned is whole and has its name, size and, as far as GitHub tells it, digest.</summary>
    /// <param name="publishing">What the file, or that which goes with it, is for.</param>
    /// <param name="source">The file.</param>
    /// <param name="draft">Where to.</param>
    /// <param name="before">What the draft has already; null for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when this draft is good for nothing any more, and another one may be.</returns>
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
                    // The draft is gone, or an upload that failed has left an asset that takes the name and is never shown.
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

    // Whether it took effect shows at the next upload.
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
