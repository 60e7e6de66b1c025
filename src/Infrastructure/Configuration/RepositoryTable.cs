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
    private readonly ConfigProblems _problems;
    private readonly TomlTable _table;
    private readonly TomlPosition _position;
    private readonly IReadOnlyList<string> _inner;

    private RepositoryTable(ConfigProblems problems, RepositoryName name, TomlTable table, TomlPosition position, IReadOnlyList<string> inner, string title)
    {
        Name = name;
        Title = title;
        _problems = problems;
        _table = table;
        _position = position;
        _inner = inner;
    }

    public RepositoryName Name { get; }

    /// <summary>Its name in error messages; the inner table's is <c>name.key</c>.</summary>
    public string Title { get; }

    /// <summary>Reads a document that has a table for each repository and nothing else.</summary>
    /// <param name="text">The document.</param>
    /// <param name="inner">The keys of the tables that a repository's table may contain.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The tables that could be read, in the order of the document; null where the document is no TOML.</returns>
    public static IReadOnlyList<RepositoryTable>? ReadAll(string text, IReadOnlyList<string> inner, ConfigProblems problems)
    {
        if (!TomlReader.TryRead(text, out var document, out var error))
        {
            problems.Add(error.Message, error.Position);

            return null;
        }

        var read = new OrderedDictionary<RepositoryName, RepositoryTable>();
        foreach (var (key, value) in document)
        {
            if (Read(key, value, inner, problems) is { } table && !read.TryAdd(table.Name, table))
            {
                table.Report($"[{key}] is the same repository as that at {read[table.Name]._position}: case does not matter");
            }
        }

        return read.Values;
    }

    /// <summary>Adds a problem with one of the keys, or with the whole table.</summary>
    public void Report(string message, string? key = null) => Report(message, key is null ? _position : PositionOf(key));

    /// <summary>Adds a problem with a position in the table.</summary>
    public void Report(string message, TomlPosition position) => _problems.Add(message, position);

    /// <summary>Where it begins, as <c>document:line:column</c>.</summary>
    public string Place => _problems.PlaceOf(_position);

    /// <summary>The line of a problem that is found later.</summary>
    public string Line(string message, string key) => _problems.Line(message, PositionOf(key));

    /// <summary>The value of a key, of any type.</summary>
    public bool TryGetValue(string key, out TomlValue value) => _table.TryGetValue(key, out value);

    /// <summary>Where the value of a key is.</summary>
    public TomlPosition PositionOf(string key) => _table.TryGetValue(key, out var value) ? value.Position : _position;

    /// <summary>Reads an inner table; null where there is none, or it is no table.</summary>
    public RepositoryTable? ReadInner(string key)
    {
        if (!_table.TryGetValue(key, out var found))
        {
            return null;
        }

        if (found.Content is not TomlTable content)
        {
            Report($"\"{key}\" in [{Title}] must be a table, [{Title}.{key}]; found: {found.Kind}", key);

            return null;
        }

        return Inner(key, content, found.KeyPosition);
    }

    /// <summary>Reads a table that contains nothing but tables, whose keys are names.</summary>
    /// <param name="example">One of these names, for error messages.</param>
    /// <returns>By name, in the order of the document.</returns>
    public IReadOnlyList<KeyValuePair<string, RepositoryTable>> ReadNamedTables(string example)
    {
        var read = new List<KeyValuePair<string, RepositoryTable>>(_table.Count);
        foreach (var (key, value) in _table)
        {
            if (value.Content is TomlTable content)
            {
                read.Add(new(key, Inner(key, content, value.KeyPosition)));
            }
            else
            {
                Report($"{TomlText.Quote(key)} in [{Title}] must be a table, such as [{Title}.{example}]; found: {value.Kind}", value.KeyPosition);
            }
        }

        return read;
    }

    /// <summary>Reports the keys that are not allowed.</summary>
    public void ReportUnknownKeys(IReadOnlyList<string> allowed)
    {
        // Tables in that of a repository were reported when it was read.
        var isOfRepository = Title == Name.ToString();
        foreach (var (key, value) in _table.Where(pair => !allowed.Contains(pair.Key) && !(isOfRepository && pair.Value.Content is TomlTable)))
        {
            var meant = ClosestName.To(key, allowed) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";
            Report($"unknown key {TomlText.Quote(key)} in [{Title}]; allowed keys: {string.Join(", ", allowed)}{meant}", value.KeyPosition);
        }
    }

    /// <summary>Reads the value of one key; its default where the table lacks it or it is wrong.</summary>
    public object Read(ConfigKey key)
    {
        if (key.Kind == ConfigKind.Secret)
        {
            return SecretSetting.Read(this, key.Name);
        }

        if (!_table.TryGetValue(key.Name, out var found))
        {
            if (key.Default is null)
            {
                Report($"[{Title}] lacks the key \"{key.Name}\": {key.Description}");
            }
        }
        else if (key.ProblemOf(found) is { } problem)
        {
            Report($"\"{key.Name}\" in [{Title}] {problem}", key.Name);
        }
        else
        {
            return found.Content;
        }

        return key.Default ?? "";
    }

    /// <summary>Reads the values of all allowed keys.</summary>
    public IReadOnlyDictionary<string, object> ReadAll(IReadOnlyList<ConfigKey> keys) => ReadAll(keys, _inner);

    /// <summary>Reads the values of all allowed keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="inner">The keys of the tables that it may contain, for error messages.</param>
    public IReadOnlyDictionary<string, object> ReadAll(IReadOnlyList<ConfigKey> keys, IReadOnlyList<string> inner)
    {
        ReportUnknownKeys([.. keys.SelectMany(key => key.Names), .. inner]);

        return keys.ToDictionary(key => key.Name, Read, StringComparer.Ordinal);
    }

    private RepositoryTable Inner(string key, TomlTable content, TomlPosition position) =>
        new(_problems, Name, content, position, inner: [], $"{Title}.{key}");

    private static RepositoryTable? Read(string key, TomlValue value, IReadOnlyList<string> inner, ConfigProblems problems)
    {
        if (value.Content is not TomlTable content)
        {
            problems.Add($"{TomlText.Quote(key)} is no table; every key belongs below the name of its repository, such as [local]", value.KeyPosition);

            return null;
        }

        if (!RepositoryName.TryParse(key, out var name, out var sentence))
        {
            problems.Add(sentence, value.KeyPosition);

            return null;
        }

        foreach (var (other, found) in content.Where(pair => pair.Value.Content is TomlTable && !inner.Contains(pair.Key)))
        {
            var but = inner.Count == 0 ? "" : $" but {string.Join(", ", inner.SkipLast(1).Select(TomlText.Quote))} and {TomlText.Quote(inner[^1])}";
            var meant = ClosestName.To(other, inner) is { } nearest ? $"; did you mean [{key}.{nearest}]?" : "";
            problems.Add($"a repository has no table{but} in its table; a name with a dot needs quotes: [\"{key}.{other}\"]{meant}", found.KeyPosition);
        }

        return new RepositoryTable(problems, name, content, value.KeyPosition, inner, name.ToString());
    }
}
