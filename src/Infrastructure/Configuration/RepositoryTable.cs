using System.Diagnostics.CodeAnalysis;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// The table of one repository in config.toml or admin_secret.toml, or a table in it. Error messages are one line that begins with document, line and
/// column.
/// </summary>
internal sealed class RepositoryTable
{
    private readonly string _sourceName;
    private readonly TomlTable _table;
    private readonly TomlPosition _position;
    private readonly IReadOnlyList<string> _inner;

    private RepositoryTable(string sourceName, RepositoryName name, TomlTable table, TomlPosition position, IReadOnlyList<string> inner, string title)
    {
        Name = name;
        Title = title;
        _sourceName = sourceName;
        _table = table;
        _position = position;
        _inner = inner;
    }

    public RepositoryName Name { get; }

    /// <summary>Its name in error messages; the inner table's is <c>name.key</c>.</summary>
    public string Title { get; }

    /// <summary>Reads a document that has a table for each repository and nothing else.</summary>
    /// <param name="text">The document.</param>
    /// <param name="sourceName">The name of the document in error messages.</param>
    /// <param name="inner">The keys of the tables that a repository's table may contain.</param>
    /// <param name="tables">In the order of the document.</param>
    /// <param name="problem">The first error.</param>
    public static bool TryReadAll(
        string text,
        string sourceName,
        IReadOnlyList<string> inner,
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
            if (!TryRead(sourceName, key, value, inner, out var table, out problem))
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

    /// <summary>An error message for one of the keys, or for the whole table.</summary>
    public string Problem(string message, string? key = null) => Problem(message, key is null ? _position : PositionOf(key));

    /// <summary>An error message for a position in the table.</summary>
    public string Problem(string message, TomlPosition position) => $"{_sourceName}:{position}: {message}";

    /// <summary>The value of a key, of any type.</summary>
    public bool TryGetValue(string key, out TomlValue value) => _table.TryGetValue(key, out value);

    /// <summary>Where the value of a key is.</summary>
    public TomlPosition PositionOf(string key) => _table.TryGetValue(key, out var value) ? value.Position : _position;

    /// <summary>Reads an inner table, which is optional.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? ReadInner(string key, out RepositoryTable? table)
    {
        table = null;
        if (!_table.TryGetValue(key, out var found))
        {
            return null;
        }

        if (found.Content is not TomlTable content)
        {
            return Problem($"\"{key}\" in [{Title}] must be a table, [{Title}.{key}]; found: {found.Kind}", key);
        }

        table = Inner(key, content, found.KeyPosition);

        return null;
    }

    /// <summary>Reads a table that contains nothing but tables, whose keys are names.</summary>
    /// <param name="example">One of these names, for error messages.</param>
    /// <param name="tables">By name, in the order of the document.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? ReadNamedTables(string example, out IReadOnlyList<KeyValuePair<string, RepositoryTable>> tables)
    {
        var read = new List<KeyValuePair<string, RepositoryTable>>(_table.Count);
        tables = read;
        foreach (var (key, value) in _table)
        {
            if (value.Content is not TomlTable content)
            {
                return Problem($"{TomlText.Quote(key)} in [{Title}] must be a table, such as [{Title}.{example}]; found: {value.Kind}", value.KeyPosition);
            }

            read.Add(new(key, Inner(key, content, value.KeyPosition)));
        }

        return null;
    }

    /// <summary>An error message for the first key that is not allowed.</summary>
    /// <returns>Null if there is no such key.</returns>
    public string? UnknownKey(IReadOnlyList<string> allowed)
    {
        var unknown = _table.FirstOrDefault(pair => !allowed.Contains(pair.Key));
        if (unknown.Key is null)
        {
            return null;
        }

        var meant = ClosestName.To(unknown.Key, allowed) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
        return $"{_sourceName}:{unknown.Value.KeyPosition}: unknown key {TomlText.Quote(unknown.Key)} in [{Title}]; "
            + $"allowed keys: {string.Join(", ", allowed)}{meant}";
    }

    /// <summary>Reads the value of one key.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? Read(ConfigKey key, out object value)
    {
        value = key.Default ?? "";
        if (key.Kind == ConfigKind.Secret)
        {
            var wrong = SecretSetting.Read(this, key.Name, out var setting);
            value = setting;

            return wrong;
        }

        if (!_table.TryGetValue(key.Name, out var found))
        {
            return key.Default is null ? Problem($"[{Title}] lacks the key \"{key.Name}\": {key.Description}") : null;
        }

        value = found.Content;
        return key.ProblemOf(found) is { } problem ? Problem($"\"{key.Name}\" in [{Title}] {problem}", key.Name) : null;
    }

    /// <summary>Reads the values of all allowed keys.</summary>
    /// <returns>What is wrong with them; null if nothing is.</returns>
    public string? ReadAll(IReadOnlyList<ConfigKey> keys, out IReadOnlyDictionary<string, object> values)
    {
        var read = new Dictionary<string, object>(StringComparer.Ordinal);
        values = read;

        if (UnknownKey([.. keys.SelectMany(key => key.Names), .. _inner]) is { } unknown)
        {
            return unknown;
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

    private RepositoryTable Inner(string key, TomlTable content, TomlPosition position) =>
        new(_sourceName, Name, content, position, inner: [], $"{Title}.{key}");

    private static bool TryRead(
        string sourceName,
        string key,
        TomlValue value,
        IReadOnlyList<string> inner,
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

        var other = content.FirstOrDefault(pair => pair.Value.Content is TomlTable && !inner.Contains(pair.Key));
        if (other.Key is not null)
        {
            var but = inner.Count == 0 ? "" : $" but {string.Join(" and ", inner.Select(TomlText.Quote))}";
            var meant = ClosestName.To(other.Key, inner) is { } nearest ? $"; did you mean [{key}.{nearest}]?" : "";
            problem = $"{sourceName}:{other.Value.KeyPosition}: a repository has no table{but} in its table; "
                + $"a name with a dot needs quotes: [\"{key}.{other.Key}\"]{meant}";
            return false;
        }

        table = new RepositoryTable(sourceName, name, content, value.KeyPosition, inner, name.ToString());
        problem = null;
        return true;
    }
}
