namespace PyWharf.Application.Archives;

/// <summary>The paths of all entries of an archive: bounded in number and length, and no two in each other's way.</summary>
internal sealed class EntryPaths
{
    // The largest packages on PyPI have some ten thousand files.
    private const int MaxEntries = 100_000;

    // A path is held in memory; a hundred and sixty characters for each of so many entries are plenty.
    private const int MaxCharacters = 16 * 1024 * 1024;

    private readonly Dictionary<string, EntryKind> _kinds = new(StringComparer.Ordinal);
    private int _entries;
    private int _characters;

    /// <summary>All of them; a folder's has no slash at its end.</summary>
    public IEnumerable<string> All => _kinds.Keys;

    /// <exception cref="InvalidDataException">There are more than any package has.</exception>
    public static void CheckCount(long entries)
    {
        if (entries > MaxEntries)
        {
            throw new InvalidDataException($"The archive has more than {MaxEntries} entries.");
        }
    }

    /// <summary>Null where there is no such entry.</summary>
    public EntryKind? KindOf(string path) => _kinds.TryGetValue(path, out var kind) ? kind : null;

    /// <param name="path">Without the slash at the end of a folder's.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="mayRepeat">Whether a later entry may replace an earlier one, as tar archives have it.</param>
    /// <exception cref="InvalidDataException">The path is a bad one, taken, or one too many.</exception>
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

    /// <exception cref="InvalidDataException">An entry lies within another one that is no folder.</exception>
    public void CheckFolders()
    {
        // With the separator below every other character, what lies in a folder follows it at once.
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
