using System.Buffers;
using System.Globalization;

namespace PyWharf.Infrastructure.Toml;

/// <summary>Integers in four bases, and floats.</summary>
internal static class TomlNumberSyntax
{
    private const string Malformed = "not a number as TOML writes it; a string needs quotes";

    private static readonly SearchValues<byte> DecimalBytes = SearchValues.Create("0123456789_"u8);

    /// <inheritdoc cref="TomlScalarSyntax.Read"/>
    public static string? Read(ReadOnlySpan<byte> text, out TomlValue value)
    {
        var radix = text.StartsWith("0x"u8) ? 16 : text.StartsWith("0o"u8) ? 8 : text.StartsWith("0b"u8) ? 2 : 10;
        if (radix != 10)
        {
            return ReadInteger(text[2..], radix, isNegative: false, out value);
        }

        var isNegative = text[0] == '-';
        var unsigned = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        var whole = unsigned[..LengthOfDigits(unsigned)];
        if (whole.Length > 1 && whole[0] == '0')
        {
            value = default;
            return "a number cannot begin with 0";
        }

        return whole.Length == unsigned.Length
            ? ReadInteger(whole, radix, isNegative, out value)
            : ReadFloat(text, unsigned[whole.Length..], whole, out value);
    }

    private static string? ReadInteger(ReadOnlySpan<byte> digits, int radix, bool isNegative, out TomlValue value)
    {
        value = default;
        if (!AreDigits(digits, radix))
        {
            return Malformed;
        }

        var most = isNegative ? 1UL + long.MaxValue : long.MaxValue;
        var magnitude = 0UL;
        foreach (var unit in digits)
        {
            if (unit == '_')
            {
                continue;
            }

            var digit = (ulong)DigitOf(unit);
            if (magnitude > (most - digit) / (ulong)radix)
            {
                return "an integer has at most 64 bits";
            }

            magnitude = (magnitude * (ulong)radix) + digit;
        }

        value = isNegative ? unchecked(-(long)magnitude) : (long)magnitude;
        return null;
    }

    /// <summary>Reads a float of which <paramref name="whole"/> is before the point or exponent, <paramref name="tail"/> the rest.</summary>
    private static string? ReadFloat(ReadOnlySpan<byte> text, ReadOnlySpan<byte> tail, ReadOnlySpan<byte> whole, out TomlValue value)
    {
        value = default;
        var isWellFormed = AreDigits(whole, 10);
        if (tail[0] == '.')
        {
            var length = LengthOfDigits(tail[1..]);
            isWellFormed &= AreDigits(tail[1..][..length], 10);
            tail = tail[(1 + length)..];
        }

        if (!tail.IsEmpty)
        {
            var exponent = tail[1..];
            exponent = exponent.StartsWith("+"u8) || exponent.StartsWith("-"u8) ? exponent[1..] : exponent;
            isWellFormed &= tail[0] is (byte)'e' or (byte)'E' && AreDigits(exponent, 10);
        }

        if (!isWellFormed)
        {
            return Malformed;
        }

        var plain = text.Contains((byte)'_') ? WithoutUnderscores(text) : text;
        value = double.Parse(plain, NumberStyles.Float, CultureInfo.InvariantCulture);
        return null;
    }

    /// <summary>Whether these are digits, with underscores only between two of them.</summary>
    private static bool AreDigits(ReadOnlySpan<byte> text, int radix)
    {
        var follows = false;
        foreach (var unit in text)
        {
            var isDigit = DigitOf(unit) < radix;
            if (!isDigit && !(unit == '_' && follows))
            {
                return false;
            }

            follows = isDigit;
        }

        return follows;
    }

    private static int LengthOfDigits(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExcept(DecimalBytes);
        return length < 0 ? text.Length : length;
    }

    private static int DigitOf(byte unit) => unit switch
    {
        >= (byte)'0' and <= (byte)'9' => unit - '0',
        >= (byte)'a' and <= (byte)'f' => unit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => unit - 'A' + 10,
        _ => int.MaxValue,
    };

    private static byte[] WithoutUnderscores(ReadOnlySpan<byte> text)
    {
        var plain = new byte[text.Length - text.Count((byte)'_')];
        var length = 0;
        foreach (var unit in text)
        {
            if (unit != '_')
            {
                plain[length++] = unit;
            }
        }

        return plain;
    }
}
