using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Merges the packages of an index file with published ones, by filename. GitHub's list can lack a new release, so packages that are not listed stay until
/// a check shows that they are gone.
/// </summary>
internal static class IndexMerge
{
    /// <summary>The name of the file of a package.</summary>
    public static string FilenameOf(IndexedPackage package) => $"{package.Package}.{package.Ext}";

    /// <summary>The packages of the index that are not listed.</summary>
    public static IEnumerable<IndexedPackage> Unlisted(IEnumerable<IndexedPackage> old, IEnumerable<IndexedPackage> listed)
    {
        var names = listed.Select(FilenameOf).ToHashSet(StringComparer.Ordinal);

        return old.Where(package => !names.Contains(FilenameOf(package)));
    }

    /// <summary>
    /// The listed packages in their order, which is that of the original program. An unlisted package stays before its successor in the index.
    /// </summary>
    /// <param name="old">The packages of the index file.</param>
    /// <param name="listed">The packages that GitHub lists, newest first.</param>
    public static IReadOnlyList<IndexedPackage> Merge(IReadOnlyList<IndexedPackage> old, IReadOnlyList<IndexedPackage> listed)
    {
        var names = listed.Select(FilenameOf).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var before = new Dictionary<string, List<IndexedPackage>>(StringComparer.Ordinal);
        var waiting = new List<IndexedPackage>();
        foreach (var package in old)
        {
            var name = FilenameOf(package);
            if (!seen.Add(name))
            {
                continue;
            }

            if (!names.Contains(name))
            {
                waiting.Add(package);
            }
            else if (waiting.Count > 0)
            {
                before.Add(name, waiting);
                waiting = [];
            }
        }

        var merged = new List<IndexedPackage>(listed.Count + old.Count);
        foreach (var package in listed)
        {
            if (names.Remove(FilenameOf(package)))
            {
                merged.AddRange(before.GetValueOrDefault(FilenameOf(package), []));
                merged.Add(package);
            }
        }

        return [.. merged, .. waiting];
    }

    /// <summary>
    /// The packages of the index with some that were just published. Those that the index has stay in place; the others come first, as they will in GitHub's
    /// list.
    /// </summary>
    /// <param name="old">The packages of the index file.</param>
    /// <param name="added">The packages that were just published, in any order.</param>
    /// <param name="assets">The URL of the repository's assets.</param>
    public static IReadOnlyList<IndexedPackage> Add(IReadOnlyList<IndexedPackage> old, IEnumerable<IndexedPackage> added, Uri assets)
    {
        // Of two packages of one name the later asset counts, as the other one was deleted; for the same asset the index counts.
        var newest = new Dictionary<string, IndexedPackage>(StringComparer.Ordinal);
        foreach (var package in old.Concat(added).OrderByDescending(package => AssetIdOf(package, assets)))
        {
            newest.TryAdd(FilenameOf(package), package);
        }

        var kept = new List<IndexedPackage>(newest.Count);
        foreach (var package in old)
        {
            if (newest.Remove(FilenameOf(package), out var now))
            {
                kept.Add(now);
            }
        }

        return [.. newest.Values.OrderByDescending(package => AssetIdOf(package, assets)), .. kept];
    }

    /// <summary>Whether both say the same of the same packages in the same order: then there is nothing to write.</summary>
    public static bool AreSame(IReadOnlyList<IndexedPackage> one, IReadOnlyList<IndexedPackage> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => AreSame(pair.First, pair.Second));

    /// <summary>Whether both say the same.</summary>
    public static bool AreSame(IndexedPackage one, IndexedPackage other) =>
        one with { Meta = other.Meta } == other && one.Meta.SequenceEqual(other.Meta);

    private static long AssetIdOf(IndexedPackage package, Uri assets) => AssetUrl.TryParse(package.Url, assets, out var asset) ? asset.Id : 0;
}
