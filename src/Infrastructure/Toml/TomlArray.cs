using System.Collections;

namespace PyWharf.Infrastructure.Toml;

/// <summary>An array; its elements may be of different types.</summary>
internal sealed class TomlArray : IReadOnlyList<TomlValue>
{
    private readonly List<TomlValue> _elements = [];

    public int Count => _elements.Count;

    public TomlValue this[int index] => _elements[index];

    /// <summary>Whether <c>[[headers]]</c> define it and may add to it; nothing can add to an array that is written as a value.</summary>
    internal bool IsOpen { get; init; }

    public void Add(TomlValue element) => _elements.Add(element);

    public TomlValue RemoveFirst()
    {
        var first = _elements[0];
        _elements.RemoveAt(0);

        return first;
    }

    public IEnumerator<TomlValue> GetEnumerator() => _elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
