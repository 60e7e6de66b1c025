using System.Buffers;
using System.Globalization;
using System.Text;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// Checks strings before the lexer reads them: it records every error of a string before it returns, accepts some invalid escapes, and throws on
/// others (docs/decisions/0006).
/// </summary>
internal static class TomlStringCheck
{
    public const string NotClosed = "this string is not closed";

    private static readonly SearchValues<char> BasicStops = SearchValues.Create("\"\\\n");
    private static readonly SearchValues<char> LiteralStops = SearchValues.Create("'\n");

    /// <summary>Whether a string begins with three quotes and so may have several lines.</summary>
    public static bool IsMultiLine(ReadOnlySpan<char> text) => text.StartsWith("\"\"\"") || text.StartsWith("'''");

    /// <summary>The first error of the string that a text begins with.</summary>
    /// <param name="text">The text from the string's first quote on.</param>
    /// <param name="isMultiLine">Whether three quotes delimit it.</param>
    /// <param name="offset">Where the error is.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? ErrorIn(ReadOnlySpan<char> text, bool isMultiLine, out int offset)
    {
        var quotes = text[..(isMultiLine ? 3 : 1)];
        var stops = text[0] == '"' ? BasicStops : LiteralStops;
        offset = quotes.Length;
        while (text[offset..].IndexOfAny(stops) is >= 0 and var length)
        {
            offset += length;
            var rest = text[offset..];
            if (rest.StartsWith(quotes))
            {
                return null;
            }

            var passed = rest[0] == '\\' ? LengthOfEscape(rest, isMultiLine) : isMultiLine ? 1 : 0;
            if (passed == 0)
            {
                return rest[0] == '\n' ? NotClosedAtStart(out offset) : EscapeError(rest);
            }

            offset += passed;
        }

        return NotClosedAtStart(out offset);
    }

    private static string NotClosedAtStart(out int offset)
    {
        offset = 0;
        return NotClosed;
    }

    private static string EscapeError(ReadOnlySpan<char> escape) => DigitsOf(escape) is > 0 and var digits
        ? $"\\{escape[1]} needs {digits} hexadecimal digits that name a Unicode character"
        : "unknown escape; a backslash itself is written \\\\";

    /// <summary>The number of characters of an escape; 0 if it is invalid.</summary>
    private static int LengthOfEscape(ReadOnlySpan<char> escape, bool isMultiLine)
    {
        if (DigitsOf(escape) is > 0 and var digits)
        {
            return escape.Length >= 2 + digits
                && int.TryParse(escape.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && Rune.IsValid(code) ? 2 + digits : 0;
        }

        if (isMultiLine && escape[1..].TrimStart(" \t").StartsWith('\n'))
        {
            return 1;
        }

        return escape.Length > 1 && "btnfre\"\\".Contains(escape[1]) ? 2 : 0;
    }

    private static int DigitsOf(ReadOnlySpan<char> escape) => escape switch
    {
        [_, 'x', ..] => 2,
        [_, 'u', ..] => 4,
        [_, 'U', ..] => 8,
        _ => 0,
    };
}
