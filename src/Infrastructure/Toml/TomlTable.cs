using System.Collections;

namespace PyWharf.Infrastructure.Toml;

/// <summary>A table: values by key, in the order of the document.</summary>
internal sealed class TomlTable : IReadOnlyCollection<KeyValuePair<string, TomlValue>>
{
    private readonly OrderedDictionary<string, TomlValue> _values = [];

    public int Count => _values.Count;

    internal TomlTableOrigin Origin { get; set; }

    /// <exception cref="ArgumentException">The key already exists.</exception>
    public void Add(string key, TomlValue value) => _values.Add(key, value);

    /// <summary>Adds a value unless the key exists; then <paramref name="present"/> is its current value.</summary>
    public bool TryAdd(string key, TomlValue value, out TomlValue present)
    {
        var isNew = _values.TryAdd(key, value, out var index);
        present = _values.GetAt(index).Value;

        return isNew;
    }

    public bool TryGetValue(string key, out TomlValue value) => _values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, TomlValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
