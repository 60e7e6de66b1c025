using System.Buffers;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>What a text of a foreign page may be if it is to stand on ours.</summary>
internal static class UpstreamText
{
    /// <summary>Characters of a reason or a specifier set; as many as we take from our own users.</summary>
    public const int LongestLine = 1000;

    /// <summary>Characters of a file's or a version's name: more than any file system takes.</summary>
    public const int LongestName = 255;

    /// <summary>Characters of a URL; those with a signature of a storage service have up to 2,000.</summary>
    public const int LongestUrl = 4096;

    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\t\r\n");

    /// <summary>One line, trimmed; null when it is too long, or holds what a terminal would obey.</summary>
    public static string? Line(string? text)
    {
        if (text is null || text.Length > LongestLine)
        {
            return null;
        }

        var line = text.AsSpan().ContainsAny(LineBreaks) ? text.ReplaceLineEndings(" ").Replace('\t', ' ').Replace('\r', ' ') : text;

        return line.Any(char.IsControl) ? null : line.Trim();
    }

    /// <summary>The same; null also when nothing is left.</summary>
    public static string? LineOrNull(string? text) => Line(text) is { Length: > 0 } line ? line : null;

    /// <summary>The name of a file or a version; null when it could be mistaken for a path, hides something, or is too long.</summary>
    public static string? Name(string? text) =>
        string.IsNullOrEmpty(text) || text.Length > LongestName || text is "." or ".." || text.Any(c => c is '/' or '\\' || char.IsControl(c))
            ? null
            : text;
}
