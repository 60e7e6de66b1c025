using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PyWharf.Infrastructure.Toml;

/// <summary>The four forms of strings: basic (in ") and literal (in '), each on one line or as a block (in three of them).</summary>
internal static class TomlStringSyntax
{
    private const string Unterminated = "this string is not closed";

    private static readonly SearchValues<byte> BasicStops = SearchValues.Create([.. TomlCursor.ControlCharacters, (byte)'"', (byte)'\\']);
    private static readonly SearchValues<byte> LiteralStops = SearchValues.Create([.. TomlCursor.ControlCharacters, (byte)'\'']);

    /// <summary>Reads a string on one line.</summary>
    public static bool TryReadLine(ref TomlCursor cursor, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var start = cursor.Position;
        var quote = cursor.Current;
        var stops = quote == '"' ? BasicStops : LiteralStops;
        cursor.Skip(1);

        var length = cursor.Rest.IndexOfAny(stops);
        if (length >= 0 && cursor.Rest[length] == quote)
        {
            text = Encoding.UTF8.GetString(cursor.Rest[..length]);
            cursor.Skip(length + 1);
            return true;
        }

        var content = cursor.Scratch();
        while (TryCopyRun(ref cursor, stops, content))
        {
            if (cursor.TryTake((char)quote))
            {
                text = Encoding.UTF8.GetString(content.WrittenSpan);
                return true;
            }

            if (cursor.AtEnd || cursor.Current == '\n' || cursor.Rest.StartsWith("\r\n"u8))
            {
                return cursor.Fail(Unterminated, start);
            }

            if (!TryReadEscape(ref cursor, content))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads a block. Its line ends are line feeds, whatever the document has.</summary>
    public static bool TryReadBlock(ref TomlCursor cursor, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var start = cursor.Position;
        var quote = cursor.Current;
        var stops = quote == '"' ? BasicStops : LiteralStops;
        cursor.Skip(3);
        cursor.TryTakeNewline();

        var content = cursor.Scratch();
        while (TryCopyRun(ref cursor, stops, content))
        {
            if (cursor.AtEnd)
            {
                return cursor.Fail(Unterminated, start);
            }

            if (cursor.Current == quote)
            {
                if (TakeQuotes(ref cursor, quote, content))
                {
                    text = Encoding.UTF8.GetString(content.WrittenSpan);
                    return true;
                }

                continue;
            }

            if (cursor.TryTakeNewline())
            {
                content.Write("\n"u8);
            }
            else if (!TrySkipLineContinuation(ref cursor) && !TryReadEscape(ref cursor, content))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Copies what needs no thought. Always true, but for the control character that it may stop at.</summary>
    private static bool TryCopyRun(ref TomlCursor cursor, SearchValues<byte> stops, ArrayBufferWriter<byte> content)
    {
        var length = cursor.Rest.IndexOfAny(stops);
        var run = length < 0 ? cursor.Rest : cursor.Rest[..length];
        content.Write(run);
        cursor.Skip(run.Length);

        var isMeant = cursor.AtEnd || cursor.Current is (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'\n' || cursor.Rest.StartsWith("\r\n"u8);
        return isMeant || cursor.Fail("a string cannot hold this control character, it needs an escape");
    }

    /// <summary>Takes the quotes that stand here; true when they close the block. Up to two belong to the content before the closing three.</summary>
    private static bool TakeQuotes(ref TomlCursor cursor, byte quote, ArrayBufferWriter<byte> content)
    {
        var most = cursor.Rest[..Math.Min(5, cursor.Rest.Length)];
        var count = most.IndexOfAnyExcept(quote);
        count = count < 0 ? most.Length : count;
        var closes = count >= 3;

        content.Write(most[..(closes ? count - 3 : count)]);
        cursor.Skip(count);
        return closes;
    }

    /// <summary>Skips a backslash at the end of a line, and all white space up to the next character.</summary>
    private static bool TrySkipLineContinuation(ref TomlCursor cursor)
    {
        var afterBlanks = cursor.Rest[1..].TrimStart(" \t"u8);
        if (!afterBlanks.StartsWith("\n"u8) && !afterBlanks.StartsWith("\r\n"u8))
        {
            return false;
        }

        cursor.Skip(1);
        do
        {
            cursor.SkipBlanks();
        }
        while (cursor.TryTakeNewline());

        return true;
    }

    private static bool TryReadEscape(ref TomlCursor cursor, ArrayBufferWriter<byte> content)
    {
        var escape = cursor.Rest;
        var digits = 0;
        Rune rune = default;
        switch (escape.Length > 1 ? (char)escape[1] : '\0')
        {
            case 'b': rune = new Rune('\b'); break;
            case 't': rune = new Rune('\t'); break;
            case 'n': rune = new Rune('\n'); break;
            case 'f': rune = new Rune('\f'); break;
            case 'r': rune = new Rune('\r'); break;
            case 'e': rune = new Rune('\e'); break;
            case '"': rune = new Rune('"'); break;
            case '\\': rune = new Rune('\\'); break;
            case 'x': digits = 2; break;
            case 'u': digits = 4; break;
            case 'U': digits = 8; break;
            default: return cursor.Fail("unknown escape; a backslash itself is written \\\\");
        }

        if (digits > 0 && !TryReadCodePoint(escape[2..], digits, out rune))
        {
            return cursor.Fail($"\\{(char)escape[1]} needs {digits} hexadecimal digits that name a Unicode character");
        }

        var length = rune.EncodeToUtf8(content.GetSpan(4));
        content.Advance(length);
        cursor.Skip(2 + digits);
        return true;
    }

    private static bool TryReadCodePoint(ReadOnlySpan<byte> text, int digits, out Rune rune)
    {
        rune = default;
        return text.Length >= digits
            && uint.TryParse(text[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && Rune.TryCreate(code, out rune);
    }
}
