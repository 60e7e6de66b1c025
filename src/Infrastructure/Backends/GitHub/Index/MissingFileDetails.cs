using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Finds what index files do not say in the list of releases: sizes of files, and when others published them. Not safe for concurrent use.
/// </summary>
/// <param name="config">The repository.</param>
/// <param name="api">GitHub.</param>
/// <param name="catalog">What the server offers.</param>
/// <param name="time">The clock.</param>
internal sealed class MissingFileDetails(GitHubConfig config, GitHubApi api, IIndexCatalog catalog, TimeProvider time)
{
    // Found details are stored in batches of this size.
    private const int BatchSize = 500;

    // A release that was not listed may be listed later: GitHub's list lags, and is limited.
    private static readonly TimeSpan RescanAfter = TimeSpan.FromHours(1);

    private readonly HashSet<AssetUrl> _notListed = [];
    private DateTimeOffset _forgotten;

    // The catalog revision in which nothing was missing.
    private long _seen;

    /// <summary>
    /// Reads the list of releases until nothing is missing. Sends no request when nothing is missing, or the last list did not have it.
    /// </summary>
    /// <returns>The number of files that got details.</returns>
    public async Task<Outcome<int>> FillFromReleasesAsync(Secret token, CancellationToken cancellationToken)
    {
        var found = 0;
        var measured = new List<CatalogedFile>();
        try
        {
            var lacking = await FindLackingAsync(cancellationToken);
            if (lacking.Count == 0)
            {
                return 0;
            }

            await foreach (var release in api.ListReleasesAsync(token, cancellationToken))
            {
                foreach (var asset in release.Draft ? [] : release.Assets)
                {
                    if (AssetUrl.TryParse(asset.Url.AbsoluteUri, config.Assets, out var url) && lacking.Remove(url, out var file))
                    {
                        measured.Add(file with { File = file.File with { Size = asset.Size, UploadedAt = release.PublishedAt } });
                    }
                }

                if (measured.Count >= BatchSize || lacking.Count == 0)
                {
                    found += await KeepAsync(measured, cancellationToken);
                }

                if (lacking.Count == 0)
                {
                    break;
                }
            }

            _notListed.UnionWith(lacking.Keys);

            return found + await KeepAsync(measured, cancellationToken);
        }
        catch (GitHubException exception)
        {
            await KeepAsync(measured, cancellationToken);

            return GitHubFailure.Of(exception, "sizes and times of some files are not known");
        }
    }

    private async Task<Dictionary<AssetUrl, CatalogedFile>> FindLackingAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _forgotten >= RescanAfter)
        {
            _notListed.Clear();
            _forgotten = time.GetUtcNow();
            _seen = 0;
        }

        var revision = await catalog.GetRevisionAsync(cancellationToken);
        if (revision == _seen)
        {
            return [];
        }

        var lacking = new Dictionary<AssetUrl, CatalogedFile>();
        foreach (var file in await catalog.GetUnmeasuredAsync(cancellationToken))
        {
            if (AssetUrl.TryParse(file.File.Location, config.Assets, out var url) && !_notListed.Contains(url))
            {
                lacking[url] = file;
            }
        }

        if (lacking.Count == 0)
        {
            _seen = revision;
        }

        return lacking;
    }

    private async Task<int> KeepAsync(List<CatalogedFile> measured, CancellationToken cancellationToken)
    {
        var count = measured.Count;
        await catalog.ChangeAsync(new CatalogChange { Measured = [.. measured] }, cancellationToken: cancellationToken);
        measured.Clear();

        return count;
    }
}
