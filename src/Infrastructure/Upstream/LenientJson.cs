using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Reads JSON values of other servers leniently: a value of the wrong kind is skipped. For converters only, whose values are complete in the
/// reader's buffer.
/// </summary>
internal static class LenientJson
{
    private const int BytesOfEscape = 6;
    private const int LongestKey = 100;

    /// <summary>Goes on to the next value of the object that the reader is in; false at the object's end.</summary>
    /// <param name="reader">Stands at the object's opening, or at the end of the value before.</param>
    /// <param name="key">The value's key; null where it is invalid or longer than any known key.</param>
    public static bool ReadKey(ref Utf8JsonReader reader, out string? key)
    {
        key = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        key = Text(ref reader, LongestKey);

        return reader.Read();
    }

    /// <summary>The key or string that the reader stands at; null for other kinds of value, for text that is too long and for invalid Unicode.</summary>
    public static string? Text(ref Utf8JsonReader reader, int longest)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return null;
        }

        var bytes = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        if (bytes.Length > (long)longest * BytesOfEscape || !Utf8.IsValid(bytes) || (reader.ValueIsEscaped && !HasWholePairs(bytes)))
        {
            return null;
        }

        var text = reader.GetString();

        return text?.Length <= longest ? text : null;
    }

    /// <summary>Goes to the end of the value that the reader stands at, if it is not there yet.</summary>
    public static void Skip(ref Utf8JsonReader reader) => reader.TrySkip(); // Skip itself wants the document to have arrived as a whole

    /// <summary>Whether escapes make whole surrogate pairs; the reader says that only by an exception.</summary>
    private static bool HasWholePairs(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'\\'); at >= 0; at = text.IndexOf((byte)'\\'))
        {
            text = text[at..];
            var unit = UnitOf(text);
            var isHigh = char.IsHighSurrogate(unit);
            if (char.IsLowSurrogate(unit) || (isHigh && !char.IsLowSurrogate(UnitOf(text[BytesOfEscape..]))))
            {
                return false;
            }

            text = text[(isHigh ? 2 * BytesOfEscape : text[1] == 'u' ? BytesOfEscape : 2)..];
        }

        return true;
    }

    /// <summary>The code unit of the escape that the text begins with; NUL where it begins with something else.</summary>
    private static char UnitOf(ReadOnlySpan<byte> text) =>
        text is [(byte)'\\', (byte)'u', _, _, _, _, ..]
            ? (char)ushort.Parse(text[2..BytesOfEscape], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : '\0';
}
