using System.Buffers;

namespace PyWharf.Infrastructure.Toml;

/// <summary>Values of every type, arrays and inline tables among them.</summary>
internal static class TomlValueSyntax
{
    private static readonly SearchValues<byte> ScalarBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-.:"u8);

    /// <summary>Reads the value that begins here, inside something that is <paramref name="depth"/> levels deep.</summary>
    public static bool TryRead(ref TomlCursor cursor, int depth, out TomlValue value)
    {
        var position = cursor.Position;
        var read = cursor.Current switch
        {
            (byte)'"' or (byte)'\'' => TryReadString(ref cursor, out value),
            (byte)'[' => TryReadArray(ref cursor, depth + 1, out value),
            (byte)'{' => TryReadInlineTable(ref cursor, depth + 1, out value),
            _ => TryReadScalar(ref cursor, out value),
        };
        value = value with { Position = position, KeyPosition = position };
        return read;
    }

    private static bool TryReadString(ref TomlCursor cursor, out TomlValue value)
    {
        var isBlock = cursor.Rest.StartsWith("\"\"\""u8) || cursor.Rest.StartsWith("'''"u8);
        string? text;
        var read = isBlock ? TomlStringSyntax.TryReadBlock(ref cursor, out text) : TomlStringSyntax.TryReadLine(ref cursor, out text);
        value = text ?? "";
        return read;
    }

    private static bool TryReadArray(ref TomlCursor cursor, int depth, out TomlValue value)
    {
        var array = new TomlArray();
        value = array;
        if (!TryOpen(ref cursor, depth))
        {
            return false;
        }

        while (!cursor.TryTake(']'))
        {
            if (!TryRead(ref cursor, depth, out var element) || !TrySeparate(ref cursor, ']'))
            {
                return false;
            }

            array.Add(element);
        }

        return true;
    }

    private static bool TryReadInlineTable(ref TomlCursor cursor, int depth, out TomlValue value)
    {
        var table = new TomlTable();
        value = table;
        if (!TryOpen(ref cursor, depth))
        {
            return false;
        }

        while (!cursor.TryTake('}'))
        {
            if (!TomlKeySyntax.TryReadPair(ref cursor, table, depth) || !TrySeparate(ref cursor, '}'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryOpen(ref TomlCursor cursor, int depth)
    {
        if (depth > TomlReader.MaxDepth)
        {
            return cursor.Fail($"nested deeper than {TomlReader.MaxDepth} levels");
        }

        cursor.Skip(1);
        return cursor.TrySkipLines();
    }

    /// <summary>Goes behind the comma, or to the closing bracket.</summary>
    private static bool TrySeparate(ref TomlCursor cursor, char close)
    {
        if (!cursor.TrySkipLines())
        {
            return false;
        }

        return cursor.TryTake(',')
            ? cursor.TrySkipLines()
            : cursor.Current == close || cursor.Fail($"expected \",\" or \"{close}\"");
    }

    private static bool TryReadScalar(ref TomlCursor cursor, out TomlValue value)
    {
        var rest = cursor.Rest;
        var length = LengthOfScalar(rest);
        var hasTime = length == "2006-01-02".Length && rest.Length > length + 1
            && rest[length] == ' ' && char.IsAsciiDigit((char)rest[length + 1]);
        if (hasTime)
        {
            length += 1 + LengthOfScalar(rest[(length + 1)..]);
        }

        var problem = TomlScalarSyntax.Read(rest[..length], out value);
        if (problem is not null)
        {
            return cursor.Fail(problem);
        }

        cursor.Skip(length);
        return true;
    }

    private static int LengthOfScalar(ReadOnlySpan<byte> text)
    {
        var length = text.IndexOfAnyExcept(ScalarBytes);
        return length < 0 ? text.Length : length;
    }
}
