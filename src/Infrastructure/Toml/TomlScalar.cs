using System.Buffers;
using System.Globalization;
using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>Values that are a single token: strings, numbers, booleans, dates and times.</summary>
internal static class TomlScalar
{
    /// <summary>The message for any invalid number, date or time.</summary>
    public const string Malformed = "not a number (64 bits), date or time (years 1 to 9999) as TOML writes it; a string needs quotes";

    // Of letters, digits and signs. The lexer records an error for each misplaced underscore before it returns.
    private const int LongestToken = 1000;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-.:");

    /// <summary>Whether a text begins with a number, date or time that is too long to be one.</summary>
    public static bool IsTooLong(ReadOnlySpan<char> text) =>
        text.Length > LongestToken && !text[..LongestToken].ContainsAnyExcept(TokenCharacters);

    /// <summary>Reads the value of the current token.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static string? Read(ref TomlTokens tokens, out TomlValue value)
    {
        value = default;
        switch (tokens.Kind)
        {
            case TokenKind.String or TokenKind.StringMulti or TokenKind.StringLiteral or TokenKind.StringLiteralMulti:
                value = tokens.Text();
                return null;

            case TokenKind.True or TokenKind.False:
                value = tokens.Kind == TokenKind.True;
                return null;

            case TokenKind.Integer or TokenKind.IntegerHexa or TokenKind.IntegerOctal or TokenKind.IntegerBinary:
                var integer = (long)tokens.Data;
                value = integer;

                // The lexer lets unsigned 64-bit integers overflow into negative ones.
                return integer < 0 == tokens.Raw.StartsWith('-') || integer == 0 ? null : Malformed;

            case TokenKind.Float or TokenKind.Infinite or TokenKind.PositiveInfinite or TokenKind.NegativeInfinite
                or TokenKind.Nan or TokenKind.PositiveNan or TokenKind.NegativeNan:
                value = BitConverter.UInt64BitsToDouble(tokens.Data);
                return null;

            case TokenKind.OffsetDateTimeByZ or TokenKind.OffsetDateTimeByNumber or TokenKind.LocalDateTime or TokenKind.LocalDate or TokenKind.LocalTime:
                // The lexer ignores underscores in dates.
                return !tokens.Raw.Contains('_') && TryReadTime(tokens.Kind, tokens.Text().ToUpperInvariant(), out value) ? null : Malformed;

            default:
                return tokens.Kind == TokenKind.Invalid ? "expected a value; a string needs quotes" : "expected a value";
        }
    }

    /// <summary>Truncates fractional seconds to the seven digits that .NET has, as TOML requires; null if there are no more than seven.</summary>
    public static string? CutFraction(string text)
    {
        const int most = 7;
        var decimals = text.IndexOf('.') + 1;
        var length = text.AsSpan(decimals).IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? text.Length - decimals : length;

        return decimals == 0 || length <= most ? null : text.Remove(decimals + most, length - most);
    }

    private static bool TryReadTime(TokenKind kind, string text, out TomlValue value)
    {
        bool read;
        switch (kind)
        {
            case TokenKind.LocalDate:
                read = DateOnly.TryParse(text, CultureInfo.InvariantCulture, out var date);
                value = date;
                return read;

            case TokenKind.LocalTime:
                read = TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time);
                value = time;
                return read;

            case TokenKind.LocalDateTime:
                read = DateTime.TryParse(text, CultureInfo.InvariantCulture, out var local);
                value = local;
                return read;

            default:
                read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var moment);
                value = moment;
                return read;
        }
    }
}
