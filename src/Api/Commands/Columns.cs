namespace PyWharf.Api.Commands;

/// <summary>Rows of text in columns, as commands print them.</summary>
internal static class Columns
{
    /// <summary>A line per row; each row has as many cells as the first.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows)
    {
        var widths = rows is [var first, ..] ? first.Select((_, column) => rows.Max(row => row[column].Length)).ToList() : [];

        return rows.Select(row => string.Join("  ", row.Select((cell, column) => column < row.Length - 1 ? cell.PadRight(widths[column]) : cell)).TrimEnd());
    }
}
