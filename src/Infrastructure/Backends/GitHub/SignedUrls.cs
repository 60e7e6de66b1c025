using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// Where GitHub's storage has an asset: a URL that is signed for about five minutes, and needs no token. It is asked for once per asset and token, and
/// used for less than it lives. It is a secret while it lives: never in a log.
/// </summary>
internal sealed class SignedUrls(GitHubApi api, TimeProvider time)
{
    // X-Amz-Expires=300 was seen; a slow client still has to begin within what is left.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(3);

    private const int MostUrls = 20_000;

    private readonly ConcurrentDictionary<(string Asset, string Token), (Uri Location, long At)> _known = new();

    /// <summary>The signed URL; null where GitHub answers with the bytes themselves. Throws <see cref="GitHubException"/>.</summary>
    public async ValueTask<Uri?> OfAsync(Secret token, Uri asset, CancellationToken cancellationToken)
    {
        var key = (asset.AbsoluteUri, token.Fingerprint());
        if (_known.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < Lifetime)
        {
            return known.Location;
        }

        var askedAt = time.GetTimestamp();
        using var content = await api.OpenAssetAsync(token, asset, cancellationToken);
        if (content is not AssetContent.Redirect { Location: var location })
        {
            return null;
        }

        if (_known.Count >= MostUrls)
        {
            Forget();
        }

        _known[key] = (location, askedAt);

        return location;
    }

    /// <summary>Asks GitHub anew the next time: the storage said that the URL is no longer good.</summary>
    public void Forget(Secret token, Uri asset) => _known.TryRemove((asset.AbsoluteUri, token.Fingerprint()), out _);

    private void Forget()
    {
        foreach (var old in _known.Where(pair => time.GetElapsedTime(pair.Value.At) >= Lifetime).ToList())
        {
            _known.TryRemove(old);
        }

        if (_known.Count >= MostUrls)
        {
            _known.Clear();
        }
    }
}
