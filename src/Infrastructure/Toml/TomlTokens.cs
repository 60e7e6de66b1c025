using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// The tokens of a document, from Tomlyn's lexer, and the first error met. Its messages quote values, which may be secrets: what went wrong is said
/// in other words.
/// </summary>
/// <param name="document">UTF-8 without a byte order mark.</param>
internal ref struct TomlTokens(ReadOnlySpan<byte> document)
{
    private static readonly TomlLexerOptions Options = new() { DecodeScalars = true };

    private TomlPieces _pieces = new(document);
    private TomlLexer _lexer = TomlLexer.Create("");
    private TomlToken _token;
    private int _errorsPassedOver;
    private int _statementLine;
    private TomlKeyCache? _keys;

    public TomlError? Error { get; private set; }

    public readonly TokenKind Kind => _token.Kind;

    /// <summary>Where the token begins.</summary>
    public readonly TomlPosition Position => new(_pieces.FirstLine + _token.Start.Line, _token.Start.Column + 1);

    /// <summary>The token as it is written. The lexer has one that is not closed end behind the text.</summary>
    public readonly ReadOnlySpan<char> Raw => _pieces.Text.AsSpan(_token.Start.Offset, Math.Min(_token.Length, _pieces.Text.Length - _token.Start.Offset));

    /// <summary>What a number means: the bits of a <see cref="long"/> or <see cref="double"/>.</summary>
    public readonly ulong Data => _token.Data;

    /// <summary>Whether the statement goes on behind this piece of the document, so that the error says nothing of it.</summary>
    public readonly bool IsCutOff => !_pieces.IsLast && _token.Kind switch
    {
        TokenKind.Eof => true,
        TokenKind.StringMulti or TokenKind.StringLiteralMulti => Problems.Take(2).ToList() is [var only] && TomlStringErrors.IsNotClosed(only),
        _ => false,
    };

    // The lexer takes blanks between a backslash and the end of the line for an error when the next line begins without a blank.
    private readonly IEnumerable<DiagnosticMessage> Problems =>
        _lexer.Errors.Skip(_errorsPassedOver).Where(error => !error.Message.EndsWith("It must skip at least one line.", StringComparison.Ordinal));

    /// <summary>What a key, string, date or time says.</summary>
    public string Text() => Kind == TokenKind.BasicKey ? (_keys ??= new TomlKeyCache()).Get(Raw) : _pieces.Restore(_token.StringValue ?? "");

    /// <summary>Goes to the first token of the next statement, or to the end of the document.</summary>
    public bool TryMoveToStatement()
    {
        while (TryMove(TomlLexerMode.Key))
        {
            if (Kind == TokenKind.Eof && !_pieces.IsLast)
            {
                if (!TryLex(_pieces.Next()))
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

    /// <summary>Goes back to the first token of the statement, with more of the document behind it.</summary>
    public bool TryBeginStatementAgain() => TryLex(_pieces.Enlarge(_statementLine)) && TryMoveToStatement();

    /// <summary>Goes to the next token that is neither blank nor comment; false at an error.</summary>
    /// <param name="mode">Whether a key or a value may be next.</param>
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
            // The lexer throws over \U with more than Unicode has, which it has noted as an error, and over an escape that the document ends in.
            var problem = Problems.FirstOrDefault();
            var offset = problem?.Span.Start.Offset ?? _pieces.Text.Length - 1;

            return FailInString(problem, offset, _pieces.PositionOf(offset));
        }

        return TryCheck();
    }

    /// <summary><see cref="TryMove"/> over the ends of lines.</summary>
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

    /// <summary>Notes an error at the token.</summary>
    /// <returns>Always false, so that it can be returned on.</returns>
    public bool Fail(string message) => Fail(new TomlError(message, Position));

    /// <inheritdoc cref="Fail(string)"/>
    public bool Fail(TomlError error)
    {
        Error = error;
        return false;
    }

    private bool TryLex(TomlError? error)
    {
        _lexer = TomlLexer.Create(_pieces.Text, Options);
        _errorsPassedOver = 0;

        return error is null || Fail(error);
    }

    private bool TryCheck()
    {
        // The lexer lets a backslash at the end of a line continue a string that has but one line, and one before a tab pass.
        if (Kind == TokenKind.String && _token.Start.Line != _token.End.Line)
        {
            return Fail(TomlStringErrors.NotClosed);
        }

        if (_pieces.HasEscapedBlank && Kind is TokenKind.String or TokenKind.StringMulti && TomlStringErrors.EscapedBlankIn(Raw) is >= 0 and var escape)
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
        problem is not null && TomlStringErrors.IsNotClosed(problem) ? Fail(new TomlError(TomlStringErrors.NotClosed, start)) : FailAtEscape(_pieces.Text.LastIndexOf('\\', offset));

    private bool FailAtEscape(int offset) => Fail(new TomlError(TomlStringErrors.Escape(_pieces.Text.AsSpan(offset)), _pieces.PositionOf(offset)));

    /// <summary>Reads a time again without the decimals that the lexer refuses.</summary>
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
