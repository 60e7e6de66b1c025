namespace PyWharf.Infrastructure.Toml;

/// <summary>Values without brackets and quotes: booleans, numbers, dates and times.</summary>
internal static class TomlScalarSyntax
{
    /// <summary>Reads one whole value.</summary>
    /// <returns>What is wrong with it, null when nothing is.</returns>
    public static string? Read(ReadOnlySpan<byte> text, out TomlValue value)
    {
        value = default;
        if (text.IsEmpty)
        {
            return "expected a value";
        }

        if (text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8))
        {
            value = text.Length == "true".Length;
            return null;
        }

        var unsigned = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (unsigned.SequenceEqual("inf"u8))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return null;
        }

        if (unsigned.SequenceEqual("nan"u8))
        {
            value = double.NaN;
            return null;
        }

        if (unsigned.IsEmpty || !char.IsAsciiDigit((char)unsigned[0]))
        {
            return "expected a value; a string needs quotes";
        }

        var isDate = text.Length > 4 && text[4] == '-' && !text[..4].ContainsAnyExceptInRange((byte)'0', (byte)'9');
        var isTime = text.Length > 4 && text[2] == ':';
        return isDate || isTime ? TomlDateTimeSyntax.Read(text, out value) : TomlNumberSyntax.Read(text, out value);
    }
}
