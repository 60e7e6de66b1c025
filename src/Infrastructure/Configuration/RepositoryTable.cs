using System.Diagnostics.CodeAnalysis;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// The table of one repository in config.toml or admin_secret.toml. A problem is a line that begins with document, line and column.
/// </summary>
internal sealed class RepositoryTable
{
    private readonly string _sourceName;
    private readonly TomlTable _table;
    private readonly TomlPosition _position;

    private RepositoryTable(string sourceName, RepositoryName name, TomlTable table, TomlPosition position)
    {
        Name = name;
        _sourceName = sourceName;
        _table = table;
        _position = position;
    }

    public RepositoryName Name { get; }

    /// <summary>Reads a document that has a table for each repository, and nothing else.</summary>
    public static bool TryReadAll(
        string text,
        string sourceName,
        [NotNullWhen(true)] out IReadOnlyList<RepositoryTable>? tables,
        [NotNullWhen(false)] out string? problem)
    {
        tables = null;
        if (!TomlReader.TryRead(text, out var document, out var error))
        {
            problem = $"{sourceName}:{error}";
            return false;
        }

        var read = new OrderedDictionary<RepositoryName, RepositoryTable>();
        foreach (var (key, value) in document)
        {
            if (!TryRead(sourceName, key, value, out var table, out problem))
            {
                return false;
            }

            if (!read.TryAdd(table.Name, table))
            {
                problem = table.Problem($"[{key}] is the same repository as that at {read[table.Name]._position}: case does not matter");
                return false;
            }
        }

        tables = read.Values;
        problem = null;
        return true;
    }

    /// <summary>A problem of one of the keys, or of the whole table.</summary>
    public string Problem(string message, string? key = null)
    {
        var position = key is not null && _table.TryGetValue(key, out var value) ? value.Position : _position;
        return $"{_sourceName}:{position}: {message}";
    }

    /// <summary>Reads the value of one key.</summary>
    /// <returns>What is wrong with it, null when nothing is.</returns>
    public string? Read(ConfigKey key, out object value)
    {
        value = key.Default ?? "";
        if (!_table.TryGetValue(key.Name, out var found))
        {
            return key.Default is null ? Problem($"[{Name}] lacks the key \"{key.Name}\": {key.Description}") : null;
        }

        value = found.Content;
        return key.ProblemOf(found) is { } problem ? Problem($"\"{key.Name}\" in [{Name}] {problem}", key.Name) : null;
    }

    /// <summary>Reads the values of all the keys that there may be.</summary>
    /// <returns>What is wrong with them, null when nothing is.</returns>
    public string? ReadAll(IReadOnlyList<ConfigKey> keys, out IReadOnlyDictionary<string, object> values)
    {
        var read = new Dictionary<string, object>(StringComparer.Ordinal);
        values = read;

        var names = keys.Select(key => key.Name).ToList();
        var unknown = _table.FirstOrDefault(pair => !names.Contains(pair.Key));
        if (unknown.Key is not null)
        {
            var meant = Nearest.To(unknown.Key, names) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
            return $"{_sourceName}:{unknown.Value.KeyPosition}: unknown key {TomlText.Quote(unknown.Key)} in [{Name}]; "
                + $"allowed keys: {string.Join(", ", names)}{meant}";
        }

        foreach (var key in keys)
        {
            if (Read(key, out var value) is { } problem)
            {
                return problem;
            }

            read.Add(key.Name, value);
        }

        return null;
    }

    private static bool TryRead(
        string sourceName,
        string key,
        TomlValue value,
        [NotNullWhen(true)] out RepositoryTable? table,
        [NotNullWhen(false)] out string? problem)
    {
        table = null;
        var place = $"{sourceName}:{value.KeyPosition}";
        if (value.Content is not TomlTable content)
        {
            problem = $"{place}: {TomlText.Quote(key)} is no table; every key belongs below the name of its repository, such as [local]";
            return false;
        }

        if (!RepositoryName.TryParse(key, out var name, out var sentence))
        {
            problem = $"{place}: {sentence}";
            return false;
        }

        var inner = content.FirstOrDefault(pair => pair.Value.Content is TomlTable);
        if (inner.Key is not null)
        {
            problem = $"{sourceName}:{inner.Value.KeyPosition}: a repository has no table in its table; "
                + $"a name with a dot needs quotes: [\"{key}.{inner.Key}\"]";
            return false;
        }

        table = new RepositoryTable(sourceName, name, content, value.KeyPosition);
        problem = null;
        return true;
    }
}
