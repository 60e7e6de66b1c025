using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Files of which an index makes one entry that they are still there; only GitHub can tell, by their assets. Not safe for concurrent use.
/// </summary>
/// <param name="assets">Where the assets of the repository are.</param>
/// <param name="api">GitHub.</param>
/// <param name="catalog">What the server offers.</param>
/// <param name="time">The clock.</param>
internal sealed class StaleEntries(Uri assets, GitHubApi api, IndexCatalog catalog, TimeProvider time)
{
    // So many assets are looked for in one go: each is a request, of which a token has 5,000 an hour.
    private const int AskedAtOnce = 20;

    // For so long an asset that was there is believed to be.
    private static readonly TimeSpan Trust = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private Queue<StaleEntry> _open = [];

    /// <summary>Whether there is none left.</summary>
    public bool IsEmpty => _open.Count == 0;

    /// <summary>Forgets what was doubtful before, as a newer index decides that, and begins with these.</summary>
    public void Replace(IEnumerable<StaleEntry> staleEntries) => _open = new Queue<StaleEntry>(staleEntries.Where(entry => !IsTrusted(entry.File)));

    /// <summary>Adds those that are not open yet.</summary>
    public void Add(IEnumerable<StaleEntry> staleEntries)
    {
        foreach (var entry in staleEntries.Where(entry => !IsTrusted(entry.File) && !_open.Any(open => open.File.Filename.Equals(entry.File.Filename))))
        {
            _open.Enqueue(entry);
        }
    }

    /// <summary>Asks GitHub about some of them, and lets go of those that are gone. Throws <see cref="GitHubException"/>.</summary>
    /// <returns>How many files the catalog has no more.</returns>
    public async Task<int> ConfirmAsync(Secret token, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var asked = 0; asked < AskedAtOnce && _open.TryPeek(out var entry); asked++)
        {
            removed += await ConfirmAsync(token, entry, cancellationToken);
            _open.Dequeue();
        }

        return removed;
    }

    private async Task<int> ConfirmAsync(Secret token, StaleEntry entry, CancellationToken cancellationToken)
    {
        var filename = entry.File.Filename.ToString();
        if (AssetUrl.TryParse(entry.File.Location, assets, out var asset) && await api.FindAssetAsync(token, asset.Uri, cancellationToken) is not null)
        {
            _seen[filename] = time.GetUtcNow();

            return 0;
        }

        // It may have been published anew meanwhile.
        if (catalog.Find(filename)?.File.Location != entry.File.Location)
        {
            return 0;
        }

        await catalog.ChangeAsync(
            entry.Instead is { } instead ? new CatalogChange { Published = [instead] } : new CatalogChange { Removed = [filename] },
            cancellationToken: cancellationToken);

        return entry.Instead is null ? 1 : 0;
    }

    private bool IsTrusted(PackageFile file) => _seen.TryGetValue(file.Filename.ToString(), out var at) && time.GetUtcNow() - at < Trust;
}

/// <summary>A entry.</summary>
/// <param name="File">Of which it is not known whether it is gone.</param>
/// <param name="Instead">What has its name then; null for nothing.</param>
internal sealed record StaleEntry(PackageFile File, CatalogedFile? Instead);
