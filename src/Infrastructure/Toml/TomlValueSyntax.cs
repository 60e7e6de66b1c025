using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>Values of every type, arrays and inline tables among them.</summary>
internal static class TomlValueSyntax
{
    /// <summary>Reads the value at the current token and moves to the token after it.</summary>
    /// <param name="tokens">At the value.</param>
    /// <param name="depth">Its nesting level.</param>
    /// <param name="next">Whether a key or a value may follow it.</param>
    /// <param name="value">The value.</param>
    public static bool TryRead(ref TomlTokens tokens, int depth, TomlLexerMode next, out TomlValue value)
    {
        var position = tokens.Position;
        var read = tokens.Kind switch
        {
            TokenKind.OpenBracket => TryReadArray(ref tokens, depth + 1, out value),
            TokenKind.OpenBrace => TryReadInlineTable(ref tokens, depth + 1, out value),
            _ => TryReadScalar(ref tokens, out value),
        };
        value = value with { Position = position, KeyPosition = position };
        return read && tokens.TryMove(next);
    }

    private static bool TryReadScalar(ref TomlTokens tokens, out TomlValue value) => TomlScalar.Read(ref tokens, out value) is not { } problem || tokens.Fail(problem);

    private static bool TryReadArray(ref TomlTokens tokens, int depth, out TomlValue value)
    {
        var array = new TomlArray();
        value = array;
        if (!TryOpen(ref tokens, depth, TomlLexerMode.Value))
        {
            return false;
        }

        while (tokens.Kind != TokenKind.CloseBracket)
        {
            if (!TryRead(ref tokens, depth, TomlLexerMode.Value, out var element) || !TrySeparate(ref tokens, TokenKind.CloseBracket, TomlLexerMode.Value))
            {
                return false;
            }

            array.Add(element);
        }

        return true;
    }

    private static bool TryReadInlineTable(ref TomlTokens tokens, int depth, out TomlValue value)
    {
        var table = new TomlTable();
        value = table;
        if (!TryOpen(ref tokens, depth, TomlLexerMode.Key))
        {
            return false;
        }

        var key = new List<TomlKey>();
        while (tokens.Kind != TokenKind.CloseBrace)
        {
            if (!TomlKeySyntax.TryReadPair(ref tokens, depth, key, out var content))
            {
                return false;
            }

            if (TomlTableBuilder.Add(table, depth, key, content) is { } error)
            {
                return tokens.Fail(error);
            }

            if (!TrySeparate(ref tokens, TokenKind.CloseBrace, TomlLexerMode.Key))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryOpen(ref TomlTokens tokens, int depth, TomlLexerMode next) =>
        depth > TomlReader.MaxDepth ? tokens.Fail(TomlReader.TooDeep) : tokens.TryMoveOverLines(next);

    /// <summary>Moves past the comma, or to the closing bracket.</summary>
    private static bool TrySeparate(ref TomlTokens tokens, TokenKind close, TomlLexerMode next)
    {
        if (tokens.Kind == TokenKind.NewLine && !tokens.TryMoveOverLines(next))
        {
            return false;
        }

        return tokens.Kind == TokenKind.Comma
            ? tokens.TryMoveOverLines(next)
            : tokens.Kind == close || tokens.Fail($"expected \",\" or \"{(close == TokenKind.CloseBracket ? ']' : '}')}\"");
    }
}
