namespace PyWharf.Infrastructure.Toml;

/// <summary>A position in a TOML document. Lines and columns count from 1, columns in Unicode code points.</summary>
internal readonly record struct TomlPosition(int Line, int Column)
{
    /// <summary>The position after a text that begins at the first column of a line.</summary>
    public static TomlPosition After(ReadOnlySpan<char> text, int firstLine = 1)
    {
        var column = 1;
        foreach (var unit in text[(text.LastIndexOf('\n') + 1)..])
        {
            column += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return new TomlPosition(firstLine + text.Count('\n'), column);
    }

    /// <summary><c>line:column</c>, the form that terminals and editors link.</summary>
    public override string ToString() => $"{Line}:{Column}";
}
