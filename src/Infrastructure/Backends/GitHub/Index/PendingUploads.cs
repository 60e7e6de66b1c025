using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Adds uploads to the index file, all since the last time at once, where this server writes that file and not a workflow. Safe for concurrent use.
/// </summary>
/// <param name="config">The repository.</param>
/// <param name="api">GitHub.</param>
/// <param name="catalog">Knows which uploads the index file lacks.</param>
/// <param name="writer">Writes the index file.</param>
internal sealed class PendingUploads(GitHubConfig config, GitHubApi api, IIndexCatalog catalog, IndexWriter writer)
{
    private readonly ConcurrentDictionary<string, IndexedPackage> _uploaded = new(StringComparer.Ordinal);

    /// <summary>Remembers the index entry of a file that was just published.</summary>
    public void Add(GitHubRelease release)
    {
        if (config.WritesIndex && PublishedPackage.Of(release) is { } package)
        {
            _uploaded[release.TagName] = package;
        }
    }

    /// <summary>Writes the index file if it lacks an upload.</summary>
    /// <returns>Whether it was written. May be repeated after any failure.</returns>
    public async Task<Outcome<bool>> WriteAsync(Secret token, CancellationToken cancellationToken)
    {
        if (!config.WritesIndex)
        {
            return false;
        }

        // Files that were deleted meanwhile must not come back.
        var pending = new List<string>();
        foreach (var name in (await catalog.GetByStampAsync(IndexedFile.Pending, cancellationToken)).Select(file => file.File.Filename))
        {
            if (await catalog.GetRecordAsync(name.Project, cancellationToken) is { IsReadable: true } record && !record.IsDeleted(name))
            {
                pending.Add(name.ToString());
            }
        }

        foreach (var name in _uploaded.Keys.Except(pending))
        {
            _uploaded.TryRemove(name, out _);
        }

        if (pending.Count == 0)
        {
            return false;
        }

        try
        {
            var added = await writer.AddPendingAsync(token, await PackagesAsync(token, pending, cancellationToken), cancellationToken);

            return added.Failure is { } failure ? failure : true;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, $"{config.IndexFilename} was not written");
        }
    }

    private async Task<IReadOnlyList<IndexedPackage>> PackagesAsync(Secret token, IEnumerable<string> filenames, CancellationToken cancellationToken)
    {
        var packages = new List<IndexedPackage>();
        foreach (var name in filenames)
        {
            // The entry of an upload before a restart is read from its release.
            var package = _uploaded.GetValueOrDefault(name)
                ?? (await api.FindReleaseAsync(token, name, cancellationToken) is { } release ? PublishedPackage.Of(release) : null);
            if (package is not null)
            {
                packages.Add(package);
            }
        }

        return packages;
    }
}
