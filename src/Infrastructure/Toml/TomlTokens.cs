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
    private int _statementLine;
    private TomlKeyCache? _keys;

    public TomlError? Error { get; private set; }

    public readonly TokenKind Kind => _token.Kind;

    /// <summary>The position of the token's first character.</summary>
    public readonly TomlPosition Position => new(_chunks.FirstLine + _token.Start.Line, _token.Start.Column + 1);

    /// <summary>The source text of the token. The lexer lets an unclosed string end beyond the text.</summary>
    public readonly ReadOnlySpan<char> Raw => _chunks.Text.AsSpan(_token.Start.Offset, Math.Min(_token.Length, _chunks.Text.Length - _token.Start.Offset));

    /// <summary>The value of a number: the bits of a <see cref="long"/> or <see cref="double"/>.</summary>
    public readonly ulong Data => _token.Data;

    /// <summary>Whether the error may only mean that the statement continues in the next chunk.</summary>
    public readonly bool IsCutOff => !_chunks.IsLast && _token.Kind switch
    {
        TokenKind.Eof => true,
        TokenKind.StringMulti or TokenKind.StringLiteralMulti => Problems.Take(2).ToList() is [var only] && TomlStringErrors.IsNotClosed(only),
        _ => false,
    };

    // The lexer wrongly reports spaces between a backslash and the end of the line if the next line does not begin with a space.
    private readonly IEnumerable<DiagnosticMessage> Problems =>
        _lexer.Errors.Skip(_errorsPassedOver).Where(error => !error.Message.EndsWith("It must skip at least one line.", StringComparison.Ordinal));

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
    public bool TryBeginStatementAgain() => TryLex(_chunks.Enlarge(_statementLine)) && TryMoveToStatement();

    /// <summary>Moves to the next token, skipping whitespace and comments; false at an error.</summary>
    /// <param name="mode">Whether a key or a value may follow.</param>
    public bool TryMove(TomlLexerMode mode)
    {
        _lexer.Mode = mode;
        try
        {
            do
            {
                _lexer.MoveNext();
                _token = _lexer.Current;
            }
            while (_token.Kind is TokenKind.Whitespaces or TokenKind.Comment);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The lexer throws on \U beyond U+10FFFF, after recording an error, and on an escape at the very end of the document.
            var problem = Problems.FirstOrDefault();
            var offset = problem?.Span.Start.Offset ?? _chunks.Text.Length - 1;

            return FailInString(problem, offset, _chunks.PositionOf(offset));
        }

        return TryCheck();
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

        return error is null || Fail(error);
    }

    private bool TryCheck()
    {
        // The lexer accepts a backslash before a line end in single-line strings, and before a tab.
        if (Kind == TokenKind.String && _token.Start.Line != _token.End.Line)
        {
            return Fail(TomlStringErrors.NotClosed);
        }

        if (_chunks.HasEscapedBlank && Kind is TokenKind.String or TokenKind.StringMulti && TomlStringErrors.EscapedBlankIn(Raw) is >= 0 and var escape)
        {
            return FailAtEscape(_token.Start.Offset + escape);
        }

        if (!_lexer.HasErrors || Problems.FirstOrDefault() is not { } problem)
        {
            return true;
        }

        if (Kind is TokenKind.String or TokenKind.StringMulti or TokenKind.StringLiteral or TokenKind.StringLiteralMulti)
        {
            return FailInString(problem, problem.Span.Start.Offset, Position);
        }

        _errorsPassedOver = _lexer.Errors.Count();

        return (Kind.IsDateTime() && TryCutFraction()) || Fail(TomlScalar.Malformed);
    }

    private bool FailInString(DiagnosticMessage? problem, int offset, TomlPosition start) =>
        problem is not null && TomlStringErrors.IsNotClosed(problem) ? Fail(new TomlError(TomlStringErrors.NotClosed, start)) : FailAtEscape(_chunks.Text.LastIndexOf('\\', offset));

    private bool FailAtEscape(int offset) => Fail(new TomlError(TomlStringErrors.Escape(_chunks.Text.AsSpan(offset)), _chunks.PositionOf(offset)));

    /// <summary>Reads a time again, without the fractional digits that the lexer rejects.</summary>
    private bool TryCutFraction()
    {
        if (TomlScalar.CutFraction(_token.StringValue ?? "") is not { } text)
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
