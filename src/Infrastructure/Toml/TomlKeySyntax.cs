using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>Keys, dotted keys and <c>key = value</c>.</summary>
internal static class TomlKeySyntax
{
    /// <summary>The message for a missing key.</summary>
    public const string Expected = "expected a key; one with other characters than A-Z a-z 0-9 _ - needs quotes";

    /// <summary>Reads <c>a.b.c</c> and moves to the token after it.</summary>
    public static bool TryRead(ref TomlTokens tokens, List<TomlKey> key)
    {
        key.Clear();
        while (tokens.Kind is TokenKind.BasicKey or TokenKind.String or TokenKind.StringLiteral)
        {
            if (key.Count > TomlReader.MaxDepth)
            {
                return tokens.Fail(new TomlError(TomlReader.TooDeep, key[^1].Position));
            }

            key.Add(new TomlKey(tokens.Text(), tokens.Position));
            if (!tokens.TryMove(TomlLexerMode.Key))
            {
                return false;
            }

            if (tokens.Kind != TokenKind.Dot)
            {
                return true;
            }

            if (!tokens.TryMove(TomlLexerMode.Key))
            {
                return false;
            }
        }

        return tokens.Fail(Expected);
    }

    /// <summary>Reads <c>a.b.c = value</c> and moves to the token after it.</summary>
    /// <param name="tokens">At the key.</param>
    /// <param name="depth">The nesting level of the table that the key belongs to.</param>
    /// <param name="key">Receives the parts of the key.</param>
    /// <param name="value">The value.</param>
    public static bool TryReadPair(ref TomlTokens tokens, int depth, List<TomlKey> key, out TomlValue value)
    {
        value = default;
        if (!TryRead(ref tokens, key))
        {
            return false;
        }

        if (tokens.Kind != TokenKind.Equal)
        {
            return tokens.Fail("expected \"=\" after the key");
        }

        return tokens.TryMove(TomlLexerMode.Value) && TomlValueSyntax.TryRead(ref tokens, depth + key.Count - 1, TomlLexerMode.Key, out value);
    }
}
