using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// Reads TOML 1.1.0 (https://toml.io/en/v1.1.0) in time linear in its length. It is stricter than the specification in five points: nesting is limited,
/// there is no second 60, dates have the range of .NET (years 1 to 9999, offsets up to 14 hours; fractional seconds are truncated to 100 ns), and a
/// hexadecimal, octal or binary integer has no more digits than 64 bits need, leading zeros included. Numbers have at most 1,000 characters.
/// </summary>
internal static class TomlReader
{
    /// <summary>The maximum nesting of tables and arrays, which makes recursion over a document safe.</summary>
    public const int MaxDepth = 100;

    /// <summary>The message for deeper nesting.</summary>
    internal const string TooDeep = "nested deeper than 100 levels";

    /// <summary>Reads a document from UTF-8, with or without a byte order mark.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out TomlTable? document, [NotNullWhen(false)] out TomlError? error) =>
        TryRead(utf8, streamed: null, _ => { }, out document, out error);

    /// <summary>Reads a document with a long array of tables, keeping only one of its tables in memory.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="streamed">The name of the array, a top-level key.</param>
    /// <param name="take">Called with each of its tables except the last, which stays in the document. An error may follow later.</param>
    /// <param name="document">Everything else.</param>
    /// <param name="error">The first error.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        string? streamed,
        Action<TomlValue> take,
        [NotNullWhen(true)] out TomlTable? document,
        [NotNullWhen(false)] out TomlError? error)
    {
        var tokens = new TomlTokens(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8);
        var root = new TomlTable { Origin = TomlTableOrigin.Header };
        var done = TryReadStatements(ref tokens, root, streamed, take);

        document = done ? root : null;
        error = done ? null : tokens.Error ?? throw new InvalidOperationException("The reader stopped without saying why.");
        return done;
    }

    /// <summary>Reads a document from text; half a surrogate pair in it is an error.</summary>
    public static bool TryRead(
        string text, [NotNullWhen(true)] out TomlTable? document, [NotNullWhen(false)] out TomlError? error)
    {
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var status = Utf8.FromUtf16(text, utf8, out var read, out var length, replaceInvalidSequences: false);
        if (status == OperationStatus.Done)
        {
            return TryRead(utf8.AsSpan(0, length), out document, out error);
        }

        document = null;
        error = new TomlError("half a surrogate pair is not a character", TomlPosition.After(text.AsSpan(0, read)));
        return false;
    }

    private static bool TryReadStatements(ref TomlTokens tokens, TomlTable root, string? streamed, Action<TomlValue> take)
    {
        var (table, depth) = (root, 0);
        var key = new List<TomlKey>();
        while (tokens.TryMoveToStatement())
        {
            bool read, isHeader, isArray;
            TomlValue value;
            do
            {
                if (tokens.Kind == TokenKind.Eof)
                {
                    return true;
                }

                value = default;
                isArray = tokens.Kind == TokenKind.OpenBracketDouble;
                isHeader = isArray || tokens.Kind == TokenKind.OpenBracket;
                read = (isHeader ? TryReadHeader(ref tokens, isArray, key) : TomlKeySyntax.TryReadPair(ref tokens, depth, key, out value))
                    && (tokens.Kind is TokenKind.NewLine or TokenKind.Eof || tokens.Fail("expected the end of the line"));
            }
            while (!read && tokens.IsCutOff && tokens.TryBeginStatementAgain());

            if (!read)
            {
                return false;
            }

            var error = isHeader ? TomlTableBuilder.Open(root, key, isArray, out table) : TomlTableBuilder.Add(table, depth, key, value);
            if (error is not null)
            {
                return tokens.Fail(error);
            }

            depth = isHeader ? key.Count : depth;
            if (isArray && key is [var single] && single.Name == streamed && root.TryGetValue(streamed, out var array))
            {
                PassOn((TomlArray)array.Content, take);
            }
        }

        return false;
    }

    /// <summary>Passes on the tables before the last: no later header can add to them.</summary>
    private static void PassOn(TomlArray array, Action<TomlValue> take)
    {
        while (array.Count > 1)
        {
            take(array.RemoveFirst());
        }
    }

    private static bool TryReadHeader(ref TomlTokens tokens, bool isArray, List<TomlKey> name)
    {
        if (!tokens.TryMove(TomlLexerMode.Key) || !TomlKeySyntax.TryRead(ref tokens, name))
        {
            return false;
        }

        var isClosed = tokens.Kind == (isArray ? TokenKind.CloseBracketDouble : TokenKind.CloseBracket);

        return isClosed
            ? tokens.TryMove(TomlLexerMode.Key)
            : tokens.Fail(isArray ? "expected \"]]\" after the name of an array of tables" : "expected \"]\" after the name of a table");
    }
}
