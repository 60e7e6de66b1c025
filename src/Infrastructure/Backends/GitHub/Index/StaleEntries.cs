using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Cataloged files that the remote index lacks or contradicts. A file is gone when GitHub no longer has its asset. Not safe for concurrent use.
/// </summary>
/// <param name="assets">Where the assets of the repository are.</param>
/// <param name="api">GitHub.</param>
/// <param name="catalog">What the server offers.</param>
/// <param name="time">The clock.</param>
internal sealed class StaleEntries(Uri assets, GitHubApi api, IIndexCatalog catalog, TimeProvider time)
{
    // Each check is a request, of which a token has 5,000 an hour.
    private const int ChecksPerSync = 20;

    // How long an asset that was found is taken to exist.
    private static readonly TimeSpan CheckLifetime = TimeSpan.FromHours(1);

    private readonly Dictionary<string, DateTimeOffset> _checked = new(StringComparer.Ordinal);
    private Queue<StaleEntry> _unchecked = [];

    /// <summary>Whether all entries are checked.</summary>
    public bool IsEmpty => _unchecked.Count == 0;

    /// <summary>Replaces the entries by those of a newer index.</summary>
    public void Replace(IEnumerable<StaleEntry> entries) => _unchecked = new Queue<StaleEntry>(entries.Where(entry => !WasChecked(entry.File)));

    /// <summary>Adds entries, except those that wait already.</summary>
    public void Add(IEnumerable<StaleEntry> entries)
    {
        foreach (var entry in entries.Where(entry => !WasChecked(entry.File) && !_unchecked.Any(other => other.File.Filename.Equals(entry.File.Filename))))
        {
            _unchecked.Enqueue(entry);
        }
    }

    /// <summary>Checks some of the entries, and removes files that are gone from the catalog. Throws <see cref="GitHubException"/>.</summary>
    /// <returns>How many files were removed.</returns>
    public async Task<int> ConfirmAsync(Secret token, CancellationToken cancellationToken)
    {
        var removed = 0;
        for (var count = 0; count < ChecksPerSync && _unchecked.TryPeek(out var entry); count++)
        {
            removed += await ConfirmAsync(token, entry, cancellationToken);
            _unchecked.Dequeue();
        }

        return removed;
    }

    private async Task<int> ConfirmAsync(Secret token, StaleEntry entry, CancellationToken cancellationToken)
    {
        var filename = entry.File.Filename.ToString();
        if (AssetUrl.TryParse(entry.File.Location, assets, out var asset) && await api.FindAssetAsync(token, asset.Uri, cancellationToken) is not null)
        {
            _checked[filename] = time.GetUtcNow();

            return 0;
        }

        // It may have been published again meanwhile.
        if ((await catalog.FindAsync(filename, cancellationToken))?.File.Location != entry.File.Location)
        {
            return 0;
        }

        await catalog.ChangeAsync(
            entry.Instead is { } instead ? new CatalogChange { Published = [instead] } : new CatalogChange { Removed = [filename] },
            cancellationToken: cancellationToken);

        return entry.Instead is null ? 1 : 0;
    }

    private bool WasChecked(PackageFile file) => _checked.TryGetValue(file.Filename.ToString(), out var at) && time.GetUtcNow() - at < CheckLifetime;
}

/// <summary>A file to check.</summary>
/// <param name="File">The cataloged file.</param>
/// <param name="Instead">The file that replaces it if it is gone; null for none.</param>
internal sealed record StaleEntry(PackageFile File, CatalogedFile? Instead);
