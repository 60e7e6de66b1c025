using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Infrastructure.Toml;

/// <summary>Keys, dotted keys and <c>key = value</c>.</summary>
internal static class TomlKeySyntax
{
    private static readonly SearchValues<byte> BareKeyBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    /// <summary>Reads <c>a.b.c = value</c> into a table that is <paramref name="depth"/> levels below the document.</summary>
    public static bool TryReadPair(ref TomlCursor cursor, TomlTable table, int depth)
    {
        string? name;
        TomlPosition position;
        while (TryReadPart(ref cursor, out name, out position, out var isLast))
        {
            if (isLast)
            {
                return table.TryGetValue(name, out var first)
                    ? cursor.Fail($"duplicate key {TomlText.Quote(name)}, first at {first.KeyPosition}", position)
                    : TryReadValue(ref cursor, table, name, position, depth);
            }

            if (++depth > TomlReader.MaxDepth)
            {
                return cursor.Fail($"nested deeper than {TomlReader.MaxDepth} levels", position);
            }

            if (!TryEnter(ref cursor, ref table, name, position))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads one part of a key and the dot behind it, which the last part lacks.</summary>
    public static bool TryReadPart(
        ref TomlCursor cursor, [NotNullWhen(true)] out string? name, out TomlPosition position, out bool isLast)
    {
        position = cursor.Position;
        isLast = false;
        if (!TryReadName(ref cursor, out name))
        {
            return false;
        }

        cursor.SkipBlanks();
        isLast = !cursor.TryTake('.');
        cursor.SkipBlanks();
        return true;
    }

    private static bool TryReadName(ref TomlCursor cursor, [NotNullWhen(true)] out string? name)
    {
        if (cursor.Current is (byte)'"' or (byte)'\'')
        {
            return TomlStringSyntax.TryReadLine(ref cursor, out name);
        }

        var length = cursor.Rest.IndexOfAnyExcept(BareKeyBytes);
        name = cursor.Shared(length < 0 ? cursor.Rest : cursor.Rest[..length]);
        cursor.Skip(name.Length);
        return name.Length > 0 || cursor.Fail("expected a key; one with other characters than A-Z a-z 0-9 _ - needs quotes");
    }

    private static bool TryEnter(ref TomlCursor cursor, ref TomlTable table, string name, TomlPosition position)
    {
        if (!table.TryGetValue(name, out var value))
        {
            var created = new TomlTable { Origin = TomlTableOrigin.DottedKey };
            table.Add(name, (TomlValue)created with { Position = position, KeyPosition = position });
            table = created;
            return true;
        }

        if (value.Content is not TomlTable { Origin: TomlTableOrigin.DottedKey or TomlTableOrigin.Implied } next)
        {
            return cursor.Fail(
                $"{TomlText.Quote(name)} is complete since {value.KeyPosition}, a dotted key cannot add to it", position);
        }

        next.Origin = TomlTableOrigin.DottedKey;
        table = next;
        return true;
    }

    private static bool TryReadValue(ref TomlCursor cursor, TomlTable table, string name, TomlPosition position, int depth)
    {
        if (!cursor.TryTake('='))
        {
            return cursor.Fail("expected \"=\" after the key");
        }

        cursor.SkipBlanks();
        if (!TomlValueSyntax.TryRead(ref cursor, depth, out var value))
        {
            return false;
        }

        table.Add(name, value with { KeyPosition = position });
        return true;
    }
}
