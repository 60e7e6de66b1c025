using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace PyWharf.Domain;

/// <summary>
/// Parses the part of a wheel's name after the project: <c>version(-build)?-python-abi-platform</c> (binary distribution format, "File name
/// convention").
/// </summary>
internal static class WheelFields
{
    private static readonly SearchValues<char> FieldCharacters =
        SearchValues.Create(".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>The version; null if any field is invalid.</summary>
    public static PackageVersion? Version(ReadOnlySpan<char> fields)
    {
        Span<Range> parts = stackalloc Range[6];
        var count = fields.Split(parts, '-');
        if (count is not (4 or 5) || (count == 5 && !IsBuild(fields[parts[1]])))
        {
            return null;
        }

        foreach (var part in parts[(count - 3)..count])
        {
            if (!IsTagSet(fields[part]))
            {
                return null;
            }
        }

        var version = fields[parts[0]];
        // A field can't contain "-": old builders wrote the post-release 1.0-1 as 1.0_1.
        return PackageVersion.TryParse(version, out var parsed)
            || (version.Contains('_') && PackageVersion.TryParse(version.ToString().Replace('_', '-'), out parsed))
                ? parsed
                : null;
    }

    public static (BigInteger Number, string Suffix)? Build(ReadOnlySpan<char> fields)
    {
        Span<Range> parts = stackalloc Range[5];
        if (fields.Split(parts, '-') != 5)
        {
            return null;
        }

        var build = fields[parts[1]];
        var suffix = build.TrimStart("0123456789");
        return (BigInteger.Parse(build[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture), suffix.ToString());
    }

    public static string[] Tags(ReadOnlySpan<char> fields)
    {
        var sets = Sets(fields);
        var tags =
            from python in sets[0]
            from abi in sets[1]
            from platform in sets[2]
            select $"{python}-{abi}-{platform}";
        return [.. tags.Order(StringComparer.Ordinal)];
    }

    /// <summary>The three tag fields, normalised in case, order and repetition: equal if <see cref="Tags"/> are equal.</summary>
    public static string TagSets(ReadOnlySpan<char> fields) =>
        string.Join('-', Sets(fields).Select(set => string.Join('.', set.Order(StringComparer.Ordinal))));

    private static IEnumerable<string>[] Sets(ReadOnlySpan<char> fields) =>
        [.. fields.ToString().ToLowerInvariant().Split('-')[^3..].Select(set => set.Split('.').Distinct())];

    private static bool IsBuild(ReadOnlySpan<char> text) =>
        text is [>= '0' and <= '9', ..] && !text.ContainsAnyExcept(FieldCharacters);

    /// <summary>One or more tags, separated by dots.</summary>
    private static bool IsTagSet(ReadOnlySpan<char> text) =>
        text is [not '.', ..] and [.., not '.']
        && !text.ContainsAnyExcept(FieldCharacters)
        && !text.Contains("..", StringComparison.Ordinal);
}
