namespace PyWharf.Application.Archives;

/// <summary>The paths of all entries of an archive: limited in number and length, and without conflicts.</summary>
internal sealed class EntryPaths
{
    // The largest packages on PyPI have some ten thousand files.
    private const int MaxEntries = 100_000;

    // Paths are held in memory: 160 characters on average for the maximum number of entries.
    private const int MaxCharacters = 16 * 1024 * 1024;

    private readonly Dictionary<string, EntryKind> _kinds = new(StringComparer.Ordinal);
    private int _entries;
    private int _characters;

    /// <summary>All paths; folders without the trailing slash.</summary>
    public IEnumerable<string> All => _kinds.Keys;

    /// <exception cref="InvalidDataException">There are too many.</exception>
    public static void CheckCount(long entries)
    {
        if (entries > MaxEntries)
        {
            throw new InvalidDataException($"The archive has more than {MaxEntries} entries.");
        }
    }

    /// <summary>The kind of an entry; null if there is no such entry.</summary>
    public EntryKind? KindOf(string path) => _kinds.TryGetValue(path, out var kind) ? kind : null;

    /// <param name="path">The path; a folder's without the trailing slash.</param>
    /// <param name="kind">The kind of the entry.</param>
    /// <param name="mayRepeat">Whether a later entry may replace an earlier one, as in tar archives.</param>
    /// <exception cref="InvalidDataException">The path is invalid or taken, or there are too many.</exception>
    public void Add(string path, EntryKind kind, bool mayRepeat = false)
    {
        EntryPath.Check(path);
        CheckCount(++_entries);
        _characters += path.Length;
        if (_characters > MaxCharacters)
        {
            throw new InvalidDataException("The paths of the entries are too long, taken together.");
        }

        if (!_kinds.TryAdd(path, kind) && !(mayRepeat && kind != EntryKind.Link && _kinds[path] == kind))
        {
            throw new InvalidDataException(
                $"The entry {EntryPath.Quote(path)} is there more than once, so that each reader may see another one.");
        }
    }

    /// <exception cref="InvalidDataException">An entry is inside another one that is no folder.</exception>
    public void CheckFolders()
    {
        // With '\0' as separator, which sorts before every other character, the content of a folder follows it immediately.
        var sorted = _kinds.Select(entry => (Path: entry.Key.Replace('/', '\0'), Kind: entry.Value)).ToArray();
        Array.Sort(sorted, (left, right) => string.CompareOrdinal(left.Path, right.Path));

        for (var next = 1; next < sorted.Length; next++)
        {
            var (outer, inner) = (sorted[next - 1], sorted[next].Path);
            if (outer.Kind != EntryKind.Folder
                && inner.Length > outer.Path.Length
                && inner[outer.Path.Length] == '\0'
                && inner.StartsWith(outer.Path, StringComparison.Ordinal))
            {
                var kind = outer.Kind == EntryKind.Link ? "a link" : "a file";
                throw new InvalidDataException(
                    $"The entry {EntryPath.Quote(inner.Replace('\0', '/'))} lies within another entry that is {kind} and no folder.");
            }
        }
    }
}
