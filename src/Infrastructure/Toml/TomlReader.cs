using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// Reads TOML 1.1.0 (https://toml.io/en/v1.1.0) in time and memory linear in its length. Stricter than the specification in three
/// points, each an error with its place: nesting is bounded, there is no second 60, and dates are those that .NET has
/// (years 1 to 9999, offsets up to 14 hours; fractions of a second are cut after 100 ns).
/// </summary>
internal static class TomlReader
{
    /// <summary>How deep tables and arrays nest at most, so that whoever walks a document may recurse.</summary>
    public const int MaxDepth = 100;

    /// <summary>Reads a document from UTF-8, with or without a byte order mark.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out TomlTable? document, [NotNullWhen(false)] out TomlError? error)
    {
        var cursor = new TomlCursor(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8);
        var root = new TomlTable { Origin = TomlTableOrigin.Header };
        var done = TryCheckEncoding(ref cursor) && TryReadStatements(ref cursor, root);

        document = done ? root : null;
        error = done ? null : cursor.Error ?? throw new InvalidOperationException("The reader stopped without saying why.");
        return done;
    }

    /// <summary>Reads a document from text; half a surrogate pair in it is an error.</summary>
    public static bool TryRead(
        string text, [NotNullWhen(true)] out TomlTable? document, [NotNullWhen(false)] out TomlError? error)
    {
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var status = Utf8.FromUtf16(text, utf8, out _, out var length, replaceInvalidSequences: false);
        if (status == OperationStatus.Done)
        {
            return TryRead(utf8.AsSpan(0, length), out document, out error);
        }

        var cursor = new TomlCursor(utf8.AsSpan(0, length));
        cursor.Skip(length);
        document = null;
        error = new TomlError("half a surrogate pair is not a character", cursor.Position);
        return false;
    }

    private static bool TryCheckEncoding(ref TomlCursor cursor)
    {
        var text = cursor.Rest;
        if (Utf8.IsValid(text))
        {
            return true;
        }

        while (Rune.DecodeFromUtf8(text, out _, out var length) == OperationStatus.Done)
        {
            text = text[length..];
            cursor.Skip(length);
        }

        return cursor.Fail("the document is not valid UTF-8");
    }

    private static bool TryReadStatements(ref TomlCursor cursor, TomlTable root)
    {
        var table = root;
        var depth = 0;
        while (cursor.TrySkipLines())
        {
            if (cursor.AtEnd)
            {
                return true;
            }

            var read = cursor.Current == '['
                ? TomlHeaderSyntax.TryRead(ref cursor, root, out table, out depth)
                : TomlKeySyntax.TryReadPair(ref cursor, table, depth);
            if (!read || !cursor.TryTakeLineEnd())
            {
                return false;
            }
        }

        return false;
    }
}
