using System.Net.Http.Headers;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Downloads;

/// <summary>
/// Where GitHub's storage has an asset: a URL that is signed for about five minutes, and needs no token. It is asked for once per asset and token,
/// however many wait for it, and used for less than it lives. It is a secret while it lives: never in a log. Safe for concurrent use.
/// </summary>
internal sealed class SignedUrls(GitHubApi api, TimeProvider time)
{
    // X-Amz-Expires=300 was seen; a slow client still has to begin within what is left.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(3);

    private const int MostUrls = 20_000;

    private readonly SingleFlightCache<(string Asset, string Token), Uri?> _known = new(MostUrls, time);

    /// <summary>The signed URL; null where GitHub answers with the bytes themselves. Throws <see cref="GitHubException"/>.</summary>
    public ValueTask<Uri?> OfAsync(Secret token, Uri asset, CancellationToken cancellationToken) =>
        _known.GetAsync(KeyOf(token, asset), () => AskAsync(token, asset), location => location is null ? TimeSpan.Zero : Lifetime, cancellationToken);

    /// <summary>
    /// The bytes of an asset, or some of them, wherever they are. Where the storage says that a URL is no longer good, another one is asked for.
    /// Throws <see cref="GitHubException"/>.
    /// </summary>
    /// <param name="token">Who may read it.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="range">Which part; null for all. What answers may send all of it nevertheless.</param>
    /// <param name="cancellationToken">Stops fetching the answer; its body is read later.</param>
    /// <returns>200, 206 or 416, its body not read yet; to be disposed of.</returns>
    public async Task<HttpResponseMessage> FetchAsync(Secret token, Uri asset, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            if (await OfAsync(token, asset, cancellationToken) is not { } location)
            {
                return await FetchDirectAsync(token, asset, cancellationToken);
            }

            try
            {
                return await api.FetchSignedAsync(location, range, cancellationToken);
            }
            catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.Forbidden)
            {
                // The storage's word on the URL, not GitHub's on the token.
                _known.Forget(KeyOf(token, asset));
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
