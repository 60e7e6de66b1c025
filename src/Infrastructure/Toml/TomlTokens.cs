using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// Reads the tokens of a document with Tomlyn's lexer, up to the first error. The lexer's messages quote values, which may be secrets, so they are
/// replaced by our own.
/// </summary>
/// <param name="document">UTF-8 without a byte order mark.</param>
internal ref struct TomlTokens(ReadOnlySpan<byte> document)
{
    private static readonly TomlLexerOptions Options = new() { DecodeScalars = true };

    private TomlChunks _chunks = new(document);
    private TomlLexer _lexer = TomlLexer.Create("");
    private TomlToken _token;
    private int _errorsPassedOver;
    private int _next;
    private int _statementLine;
    private bool _isMultiLineOpen;
    private TomlKeyCache? _keys;

    public TomlError? Error { get; private set; }

    public readonly TokenKind Kind => _token.Kind;

    /// <summary>The position of the token's first character.</summary>
    public readonly TomlPosition Position => new(_chunks.FirstLine + _token.Start.Line, _token.Start.Column + 1);

    /// <summary>The source text of the token.</summary>
    public readonly ReadOnlySpan<char> Raw => _chunks.Text.AsSpan(_token.Start.Offset, _token.Length);

    /// <summary>The value of a number: the bits of a <see cref="long"/> or <see cref="double"/>.</summary>
    public readonly ulong Data => _token.Data;

    /// <summary>Whether the error may only mean that the statement continues in the next chunk.</summary>
    public readonly bool IsCutOff => !_chunks.IsLast && (_token.Kind == TokenKind.Eof || _isMultiLineOpen);

    /// <summary>The value of a key or string; the text of a date or time.</summary>
    public string Text() => Kind == TokenKind.BasicKey ? (_keys ??= new TomlKeyCache()).Get(Raw) : _chunks.Restore(_token.StringValue ?? "");

    /// <summary>Moves to the first token of the next statement, or to the end of the document.</summary>
    public bool TryMoveToStatement()
    {
        while (TryMove(TomlLexerMode.Key))
        {
            if (Kind == TokenKind.Eof && !_chunks.IsLast)
            {
                if (!TryLex(_chunks.Next()))
                {
                    return false;
                }
            }
            else if (Kind != TokenKind.NewLine)
            {
                _statementLine = _token.Start.Line;
                return true;
            }
        }

        return false;
    }

    /// <summary>Moves back to the first token of the statement, in a larger chunk.</summary>
    public bool TryBeginStatementAgain()
    {
        _isMultiLineOpen = false;

        return TryLex(_chunks.Enlarge(_statementLine)) && TryMoveToStatement();
    }

    /// <summary>Moves to the next token, skipping whitespace and comments; false at an error.</summary>
    /// <param name="mode">Whether a key or a value may follow.</param>
    public bool TryMove(TomlLexerMode mode)
    {
        _lexer.Mode = mode;
        do
        {
            if (!TryCheckNext(mode))
            {
                return false;
            }

            _lexer.MoveNext();
            _token = _lexer.Current;
            _next = _token.End.Offset + 1;
        }
        while (_token.Kind is TokenKind.Whitespaces or TokenKind.Comment);

        return !_lexer.HasErrors || TryPassOverErrors() || Fail(TomlScalar.Malformed);
    }

    /// <summary>Like <see cref="TryMove"/>, but also skips line ends.</summary>
    public bool TryMoveOverLines(TomlLexerMode mode)
    {
        do
        {
            if (!TryMove(mode))
            {
                return false;
            }
        }
        while (Kind == TokenKind.NewLine);

        return true;
    }

    /// <summary>Records an error at the token.</summary>
    /// <returns>Always false, for the caller to return.</returns>
    public bool Fail(string message) => Fail(new TomlError(message, Position));

    /// <inheritdoc cref="Fail(string)"/>
    public bool Fail(TomlError error)
    {
        Error = error;
        return false;
    }

    private bool TryLex(TomlError? error)
    {
        _lexer = TomlLexer.Create(_chunks.Text, Options);
        _errorsPassedOver = 0;
        _next = 0;

        return error is null || Fail(error);
    }

    /// <summary>Rejects a string or number before the lexer records every single error of it.</summary>
    private bool TryCheckNext(TomlLexerMode mode)
    {
        var rest = _chunks.Text.AsSpan(Math.Min(_next, _chunks.Text.Length));
        if (rest is ['"' or '\'', ..])
        {
            var isMultiLine = mode == TomlLexerMode.Value && TomlStringCheck.IsMultiLine(rest);
            if (TomlStringCheck.ErrorIn(rest, isMultiLine, out var offset) is { } problem)
            {
                _isMultiLineOpen = isMultiLine && problem == TomlStringCheck.NotClosed;
                return Fail(new TomlError(problem, _chunks.PositionOf(_next + offset)));
            }
        }

        return mode == TomlLexerMode.Key || !TomlScalar.IsTooLong(rest) || Fail(new TomlError(TomlScalar.Malformed, _chunks.PositionOf(_next)));
    }

    /// <summary>Whether the errors of the token are none in TOML.</summary>
    private bool TryPassOverErrors()
    {
        // The lexer reports spaces between a backslash and the end of the line if the next line does not begin with a space.
        var isReal = _lexer.Errors.Skip(_errorsPassedOver).Any(error => !error.Message.EndsWith("It must skip at least one line.", StringComparison.Ordinal));
        _errorsPassedOver = _lexer.Errors.Count();

        return !isReal || TryCutFraction();
    }

    /// <summary>Reads a time again, without the fractional digits that the lexer rejects.</summary>
    private bool TryCutFraction()
    {
        if (!Kind.IsDateTime() || TomlScalar.CutFraction(_token.StringValue ?? "") is not { } text)
        {
            return false;
        }

        var lexer = TomlLexer.Create(text, Options);
        lexer.Mode = TomlLexerMode.Value;
        lexer.MoveNext();
        _token = new TomlToken(lexer.Current.Kind, _token.Start, _token.End, lexer.Current.StringValue);

        return !lexer.HasErrors;
    }
}
