namespace PyWharf.Domain;

/// <summary>What a summary is shown as: packages have several lines there now and then, and more than anybody reads.</summary>
public static class OneLine
{
    private const int Longest = 512;

    /// <summary>The first line, cut off where it is all too long; null where there is none.</summary>
    public static string? Of(string? summary)
    {
        var line = summary.AsSpan();
        line = line[..(line.IndexOfAny('\r', '\n') is >= 0 and var end ? end : line.Length)];

        return line.IsEmpty ? null : line[..Math.Min(line.Length, Longest)].ToString();
    }
}
