using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// A document in pieces of whole lines, each as a string for Tomlyn's lexer, which reads nothing else. So memory does not grow with the document. A piece
/// is checked for what the lexer lets pass (docs/decisions/0006).
/// </summary>
/// <param name="document">UTF-8 without a byte order mark.</param>
internal ref struct TomlPieces(ReadOnlySpan<byte> document)
{
    // As a string it stays below the 85,000 bytes from which on the garbage collector treats an object as large.
    private const int UsualBytes = 32 * 1024;

    // The lexer takes U+FFFD for half a surrogate pair and refuses it. It sees a noncharacter instead, which is read back as U+FFFD.
    private const char Replacement = '\uFFFD';
    private const char StandIn = '\uFDD0';

    // TOML has no place for these, not even in comments and strings; a carriage return is one where no line feed follows.
    private static readonly char[] Control = [.. Enumerable.Range(0, 0x20).Append(0x7F).Select(code => (char)code).Except(['\t', '\n'])];

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(Control);
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create([.. Control.Select(control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _document = document;
    private int _start;
    private int _length;
    private bool _hasStandIn;

    /// <summary>The piece, with line feeds alone at the ends of lines. Empty before the first.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The number of its first line.</summary>
    public int FirstLine { get; private set; } = 1;

    /// <summary>Whether a backslash with a blank behind it is in it.</summary>
    public bool HasEscapedBlank { get; private set; }

    public readonly bool IsLast => _start + _length == _document.Length;

    /// <summary>The place of a character of the piece.</summary>
    public readonly TomlPosition PositionOf(int offset) => TomlPosition.After(Text.AsSpan(0, offset), FirstLine);

    /// <summary>A string of the document, of what the lexer made of it.</summary>
    public readonly string Restore(string read) => _hasStandIn ? read.Replace(StandIn, Replacement) : read;

    /// <summary>Goes to the next piece.</summary>
    /// <returns>What is wrong with it, null when nothing is.</returns>
    public TomlError? Next()
    {
        FirstLine += Text.AsSpan().Count('\n');
        _start += _length;

        return Load(UsualBytes);
    }

    /// <summary>Goes to a larger piece that begins with a line of this one.</summary>
    /// <inheritdoc cref="Next" path="/returns"/>
    public TomlError? Enlarge(int fromLine)
    {
        for (var line = 0; line < fromLine; line++)
        {
            var passed = _document[_start..].IndexOf((byte)'\n') + 1;
            _start += passed;
        }

        FirstLine += fromLine;

        return Load(4 * _length);
    }

    private TomlError? Load(int size)
    {
        var rest = _document[_start..];
        var end = rest.Length <= size ? -1 : rest[(size - 1)..].IndexOf((byte)'\n');
        var piece = end < 0 ? rest : rest[..(size + end)];
        _length = piece.Length;

        if (!Utf8.IsValid(piece))
        {
            var valid = new char[piece.Length];
            Utf8.ToUtf16(piece, valid, out _, out var length, replaceInvalidSequences: false);
            return new TomlError("the document is not valid UTF-8", TomlPosition.After(valid.AsSpan(0, length), FirstLine));
        }

        Text = Encoding.UTF8.GetString(piece);
        if (piece.ContainsAny(ControlBytes))
        {
            Text = Text.Replace("\r\n", "\n");
            if (Text.AsSpan().IndexOfAny(ControlCharacters) is >= 0 and var control)
            {
                return new TomlError("this control character is not allowed; in a string it needs an escape", PositionOf(control));
            }
        }

        _hasStandIn = piece.IndexOf("\uFFFD"u8) >= 0;
        Text = _hasStandIn ? Text.Replace(Replacement, StandIn) : Text;
        HasEscapedBlank = piece.IndexOf("\\ "u8) >= 0 || piece.IndexOf("\\\t"u8) >= 0;

        // The lexer passes over a byte order mark at the beginning of every piece.
        return Text.StartsWith('\uFEFF') ? new TomlError(TomlKeySyntax.Expected, PositionOf(0)) : null;
    }
}
