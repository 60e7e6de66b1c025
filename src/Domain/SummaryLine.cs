namespace PyWharf.Domain;

/// <summary>The one-line form of a package's summary; some packages have several lines there, or very long ones.</summary>
public static class SummaryLine
{
    private const int MaxLength = 512;

    /// <summary>The first line, cut to 512 characters, and never within one; null if it is empty.</summary>
    public static string? Of(string? summary)
    {
        var line = summary.AsSpan();
        line = line[..(line.IndexOfAny('\r', '\n') is >= 0 and var end ? end : line.Length)];

        if (line.Length > MaxLength)
        {
            line = line[..(char.IsHighSurrogate(line[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
        }

        return line.IsEmpty ? null : line.ToString();
    }
}
