using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// Splits a document into chunks of whole lines. Tomlyn's lexer reads strings only; one of the whole document would take twice its size. Each chunk is
/// also checked for what the lexer does not check (docs/decisions/0006).
/// </summary>
/// <param name="document">UTF-8 without a byte order mark.</param>
internal ref struct TomlChunks(ReadOnlySpan<byte> document)
{
    // A string of this length stays out of the large object heap, which begins at 85,000 bytes.
    private const int DefaultSize = 32 * 1024;

    // The lexer rejects U+FFFD as if it were an unpaired surrogate. It gets a noncharacter instead, which Restore replaces.
    private const char Replacement = '\uFFFD';
    private const char StandIn = '\uFDD0';

    // Characters that TOML allows nowhere, not even in comments and strings. A carriage return is allowed only before a line feed.
    private static readonly char[] Control = [.. Enumerable.Range(0, 0x20).Append(0x7F).Select(code => (char)code).Except(['\t', '\n'])];

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(Control);
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create([.. Control.Select(control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _document = document;
    private int _start;
    private int _length;
    private bool _hasStandIn;

    /// <summary>The current chunk, with LF line ends. Empty before the first call of <see cref="Next"/>.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The line number of the chunk's first line.</summary>
    public int FirstLine { get; private set; } = 1;

    public readonly bool IsLast => _start + _length == _document.Length;

    /// <summary>The position of a character of the chunk.</summary>
    public readonly TomlPosition PositionOf(int offset) => TomlPosition.After(Text.AsSpan(0, offset), FirstLine);

    /// <summary>Undoes the replacement of U+FFFD in a string from the lexer.</summary>
    public readonly string Restore(string read) => _hasStandIn ? read.Replace(StandIn, Replacement) : read;

    /// <summary>Moves to the next chunk.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public TomlError? Next()
    {
        FirstLine += Text.AsSpan().Count('\n');
        _start += _length;

        return Load(DefaultSize);
    }

    /// <summary>Moves to a chunk four times as large that begins at a line of the current one, counted from 0.</summary>
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
        var chunk = end < 0 ? rest : rest[..(size + end)];
        _length = chunk.Length;

        if (!Utf8.IsValid(chunk))
        {
            var valid = new char[chunk.Length];
            Utf8.ToUtf16(chunk, valid, out _, out var length, replaceInvalidSequences: false);
            return new TomlError("the document is not valid UTF-8", TomlPosition.After(valid.AsSpan(0, length), FirstLine));
        }

        Text = Encoding.UTF8.GetString(chunk);
        if (chunk.ContainsAny(ControlBytes))
        {
            Text = Text.Replace("\r\n", "\n");
            if (Text.AsSpan().IndexOfAny(ControlCharacters) is >= 0 and var control)
            {
                return new TomlError("this control character is not allowed; in a string it needs an escape", PositionOf(control));
            }
        }

        _hasStandIn = chunk.IndexOf("\uFFFD"u8) >= 0;
        Text = _hasStandIn ? Text.Replace(Replacement, StandIn) : Text;

        // The lexer skips a byte order mark at the beginning of any text.
        return Text.StartsWith('\uFEFF') ? new TomlError(TomlKeySyntax.Expected, PositionOf(0)) : null;
    }
}
