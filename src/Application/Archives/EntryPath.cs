using System.Text;
using System.Text.Unicode;

namespace PyWharf.Application.Archives;

/// <summary>What the path of an entry must be to mean one file below the folder that it is unpacked into, on every system.</summary>
internal static class EntryPath
{
    // Linux opens none longer (PATH_MAX).
    private const int MaxLength = 4096;

    /// <exception cref="InvalidDataException">The bytes are no UTF-8: each reader would make another name of them.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var path = Encoding.UTF8.GetString(bytes);

        return Utf8.IsValid(bytes) ? path : throw new InvalidDataException($"The name of the entry {Quote(path)} is not UTF-8.");
    }

    /// <param name="path">The path, without the slash at the end of a folder's.</param>
    /// <exception cref="InvalidDataException">It leads elsewhere, or not everywhere to the same place.</exception>
    public static void Check(string path)
    {
        if (Problem(path) is { } problem)
        {
            throw new InvalidDataException($"The entry {Quote(path)} {problem}.");
        }
    }

    /// <summary>What is wrong with it, as the end of a sentence; null where nothing is.</summary>
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

    /// <summary>As it stands in a message, which is one line of moderate length.</summary>
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
