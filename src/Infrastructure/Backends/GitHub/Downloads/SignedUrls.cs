using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Caches the signed URLs of assets in GitHub's storage, which are valid for about five minutes and need no token. A URL is requested once per asset and
/// token, and used for less than its lifetime. It is a secret, and never logged. Safe for concurrent use.
/// </summary>
internal sealed class SignedUrls(GitHubApi api, TimeProvider time)
{
    // URLs have X-Amz-Expires=300. A slow client has the rest to begin.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(3);

    private const int MostUrls = 20_000;

    private readonly SingleFlightCache<(string Asset, string Token), Uri?> _cache = new(MostUrls, time);

    /// <summary>The signed URL; null where GitHub answers with the bytes themselves. Throws <see cref="GitHubException"/>.</summary>
    public ValueTask<Uri?> GetAsync(Secret token, Uri asset, CancellationToken cancellationToken) =>
        _cache.GetAsync(KeyOf(token, asset), () => AskAsync(token, asset), location => location is null ? TimeSpan.Zero : Lifetime, cancellationToken);

    /// <summary>
    /// Fetches an asset, or a part of it. When the storage rejects a URL as expired, another one is requested. Throws <see cref="GitHubException"/>.
    /// </summary>
    /// <param name="token">A token that may read it.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="range">The part; null for all. The response may have all of it nevertheless.</param>
    /// <param name="cancellationToken">Cancels the request; the body is read later.</param>
    /// <returns>200, 206 or 416, with its body not read yet. The caller disposes of it.</returns>
    public async Task<HttpResponseMessage> FetchAsync(Secret token, Uri asset, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            if (await GetAsync(token, asset, cancellationToken) is not { } location)
            {
                return await FetchDirectAsync(token, asset, cancellationToken);
            }

            try
            {
                return await api.FetchSignedAsync(location, range, cancellationToken);
            }
            catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.Forbidden)
            {
                // The storage rejects the URL, not GitHub the token.
                _cache.Remove(KeyOf(token, asset));
                if (!isFirst)
                {
                    throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub's storage does not take the addresses that GitHub gives.", inner: exception);
                }
            }
        }
    }

    private async Task<HttpResponseMessage> FetchDirectAsync(Secret token, Uri asset, CancellationToken cancellationToken) =>
        await api.OpenAssetAsync(token, asset, cancellationToken) is AssetContent.Direct direct
            ? direct.Response
            : throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub says in turns that the file is here and elsewhere.");

    private async Task<Uri?> AskAsync(Secret token, Uri asset)
    {
        using var content = await api.OpenAssetAsync(token, asset, CancellationToken.None);

        return (content as AssetContent.Redirect)?.Location;
    }

    private static (string Asset, string Token) KeyOf(Secret token, Uri asset) => (asset.AbsoluteUri, token.Fingerprint());
}
