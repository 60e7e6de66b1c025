namespace PyWharf.Infrastructure.Toml;

/// <summary>A place in a TOML document. Both numbers count from 1, columns in Unicode code points.</summary>
internal readonly record struct TomlPosition(int Line, int Column)
{
    /// <summary><c>line:column</c>, the form that terminals and editors link.</summary>
    public override string ToString() => $"{Line}:{Column}";
}
