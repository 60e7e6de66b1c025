using System.Text;
using System.Text.Unicode;

namespace PyWharf.Application.Archives;

/// <summary>Checks paths of archive entries: each must stand for the same file below the target folder on every system.</summary>
internal static class EntryPath
{
    // PATH_MAX of Linux.
    private const int MaxLength = 4096;

    /// <exception cref="InvalidDataException">The bytes are not UTF-8: readers would decode them differently.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var path = Encoding.UTF8.GetString(bytes);

        return Utf8.IsValid(bytes) ? path : throw new InvalidDataException($"The name of the entry {Quote(path)} is not UTF-8.");
    }

    /// <param name="path">The path; a folder's without the trailing slash.</param>
    /// <exception cref="InvalidDataException">It leads out of the folder, or is ambiguous.</exception>
    public static void Check(string path)
    {
        if (Problem(path) is { } problem)
        {
            throw new InvalidDataException($"The entry {Quote(path)} {problem}.");
        }
    }

    /// <summary>The problem as the end of a sentence; null if there is none.</summary>
    public static string? Problem(string path) =>
        path.Length switch
        {
            0 => "has no name",
            > MaxLength => "has a path that is too long",
            _ when path.Any(char.IsControl) => "has a control character in its name",
            _ when path.Contains('\\', StringComparison.Ordinal) => "has a backslash in its name",
            _ when path[0] == '/' => "has an absolute path",
            > 1 when path[1] == ':' && char.IsAsciiLetter(path[0]) => "has a drive letter in its path",
            _ => SegmentProblem(path),
        };

    /// <summary>The path for messages: in one line, shortened.</summary>
    public static string Quote(string path)
    {
        var shown = path.Length <= 100 ? path : $"{path.AsSpan(0, 60)}…{path.AsSpan(path.Length - 30)}";

        return $"\"{string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}\"";
    }

    private static string? SegmentProblem(ReadOnlySpan<char> path)
    {
        foreach (var segment in path.Split('/'))
        {
            switch (path[segment])
            {
                case "":
                    return "has an empty segment in its path";
                case ".":
                    return "has the segment . in its path";
                case "..":
                    return "has the segment .. in its path, which leads out of its folder";
            }
        }

        return null;
    }
}
