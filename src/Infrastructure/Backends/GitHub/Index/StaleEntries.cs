using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Files of which an index makes one doubt that they are still there; only GitHub can tell, by their assets. Not safe for concurrent use.
/// </summary>
/// <param name="assets">Where the assets of the repository are.</param>
/// <param name="api">GitHub.</param>
/// <param name="catalog">What the server offers.</param>
/// <param name="time">The clock.</param>
internal sealed class Doubts(Uri assets, GitHubApi api, IndexCatalog catalog, TimeProvider time)
{
    // So many assets are looked for in one go: each is a request, of which a token has 5,000 an hour.
    private const int AskedAtOnce = 20;

    // For so long an asset that was there is believed to be.
    private static readonly TimeSpan Trust = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private Queue<Doubt> _open = [];

    /// <summary>Whether there is none left.</summary>
    public bool AreSettled => _open.Count == 0;

    /// <summary>Forgets what was doubtful before, as a newer index decides that, and begins with these.</summary>
    public void Replace(IEnumerable<Doubt> doubts) => _open = new Queue<Doubt>(doubts.Where(doubt => !IsTrusted(doubt.File)));

    /// <summary>Adds those that are not open yet.</summary>
    public void Add(IEnumerable<Doubt> doubts)
    {
        foreach (var doubt in doubts.Where(doubt => !IsTrusted(doubt.File) && !_open.Any(open => open.File.Filename.Equals(doubt.File.Filename))))
        {
            _open.Enqueue(doubt);
        }
    }

    /// <summary>Asks GitHub about some of them, and lets go of those that are gone. Throws <see cref="GitHubException"/>.</summary>
    /// <returns>How many files the catalog has no more.</returns>
    public async Task<int> SettleAsync(Secret token, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var asked = 0; asked < AskedAtOnce && _open.TryPeek(out var doubt); asked++)
        {
            removed += await SettleAsync(token, doubt, cancellationToken);
            _open.Dequeue();
        }

        return removed;
    }

    private async Task<int> SettleAsync(Secret token, Doubt doubt, CancellationToken cancellationToken)
    {
        var filename = doubt.File.Filename.ToString();
        if (AssetUrl.TryParse(doubt.File.Location, assets, out var asset) && await api.FindAssetAsync(token, asset.Uri, cancellationToken) is not null)
        {
            _seen[filename] = time.GetUtcNow();

            return 0;
        }

        // It may have been published anew meanwhile.
        if (catalog.Find(filename)?.File.Location != doubt.File.Location)
        {
            return 0;
        }

        await catalog.ChangeAsync(
            doubt.Instead is { } instead ? new CatalogChange { Published = [instead] } : new CatalogChange { Removed = [filename] },
            cancellationToken: cancellationToken);

        return doubt.Instead is null ? 1 : 0;
    }

    private bool IsTrusted(PackageFile file) => _seen.TryGetValue(file.Filename.ToString(), out var at) && time.GetUtcNow() - at < Trust;
}

/// <summary>A doubt.</summary>
/// <param name="File">Of which it is not known whether it is gone.</param>
/// <param name="Instead">What has its name then; null for nothing.</param>
internal sealed record Doubt(PackageFile File, CatalogedFile? Instead);
