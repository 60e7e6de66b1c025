using System.Buffers;
using System.Text;

namespace PyWharf.Infrastructure.Toml;

/// <summary>How far a document has been read, and the first error met. The text must be valid UTF-8 up to where it is read.</summary>
internal ref struct TomlCursor(ReadOnlySpan<byte> text)
{
    /// <summary>Bytes that no comment and no string may hold as they are; a line feed ends both.</summary>
    internal static readonly byte[] ControlCharacters =
        [.. Enumerable.Range(0, 0x20).Where(code => code != '\t').Append(0x7F).Select(code => (byte)code)];

    private static readonly SearchValues<byte> CommentStops = SearchValues.Create(ControlCharacters);

    private readonly ReadOnlySpan<byte> _text = text;
    private ArrayBufferWriter<byte>? _scratch;
    private string?[]? _shared;
    private int _offset;
    private int _located;
    private int _line = 1;
    private int _column = 1;

    public TomlError? Error { get; private set; }

    public readonly bool AtEnd => _offset == _text.Length;

    /// <summary>The next byte. The end reads as NUL, which is valid nowhere.</summary>
    public readonly byte Current => AtEnd ? (byte)0 : _text[_offset];

    public readonly ReadOnlySpan<byte> Rest => _text[_offset..];

    /// <summary>Where the next byte stands. It counts on from the last place asked for, so that all askings together read the text once.</summary>
    public TomlPosition Position
    {
        get
        {
            var passed = _text[_located.._offset];
            var lineFeed = passed.LastIndexOf((byte)'\n');
            if (lineFeed >= 0)
            {
                _line += passed.Count((byte)'\n');
                _column = 1;
                passed = passed[(lineFeed + 1)..];
            }

            foreach (var unit in passed)
            {
                var continuesCodePoint = (unit & 0xC0) == 0x80;
                _column += continuesCodePoint ? 0 : 1;
            }

            _located = _offset;
            return new TomlPosition(_line, _column);
        }
    }

    /// <summary>An empty buffer; only the last caller's content lives.</summary>
    public ArrayBufferWriter<byte> Scratch()
    {
        _scratch ??= new ArrayBufferWriter<byte>();
        _scratch.ResetWrittenCount();
        return _scratch;
    }

    /// <summary>Some text of the document; the same instance for the short keys that many tables have.</summary>
    public string Shared(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 32)
        {
            return Encoding.UTF8.GetString(text);
        }

        _shared ??= new string[256];
        ref var shared = ref _shared[(byte)((text.Length * 7) + (text[0] * 31) + text[^1])];
        if (shared is null || !Ascii.Equals(text, shared))
        {
            shared = Encoding.UTF8.GetString(text);
        }

        return shared;
    }

    public void Skip(int length) => _offset += length;

    public bool TryTake(char expected)
    {
        if (AtEnd || _text[_offset] != expected)
        {
            return false;
        }

        _offset++;
        return true;
    }

    public void SkipBlanks()
    {
        var length = Rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        _offset = length < 0 ? _text.Length : _offset + length;
    }

    public bool TryTakeNewline()
    {
        if (Rest.StartsWith("\r\n"u8))
        {
            _offset += 2;
            return true;
        }

        return TryTake('\n');
    }

    /// <summary>Goes to the next thing that has a meaning, over any number of lines; false at an error in a comment.</summary>
    public bool TrySkipLines()
    {
        do
        {
            SkipBlanks();
            if (!TrySkipComment())
            {
                return false;
            }
        }
        while (TryTakeNewline());

        return true;
    }

    /// <summary>Goes behind the end of this line, on which nothing but a comment may be left.</summary>
    public bool TryTakeLineEnd()
    {
        SkipBlanks();
        return TrySkipComment() && (AtEnd || TryTakeNewline() || Fail("expected the end of the line"));
    }

    /// <summary>Notes an error at the next byte.</summary>
    /// <returns>Always false, so that it can be returned on.</returns>
    public bool Fail(string message) => Fail(message, Position);

    /// <inheritdoc cref="Fail(string)"/>
    public bool Fail(string message, TomlPosition position)
    {
        Error = new TomlError(message, position);
        return false;
    }

    private bool TrySkipComment()
    {
        if (Current != '#')
        {
            return true;
        }

        var length = Rest.IndexOfAny(CommentStops);
        _offset = length < 0 ? _text.Length : _offset + length;
        return AtEnd || Current == '\n' || Rest.StartsWith("\r\n"u8) || Fail("a comment cannot hold a control character");
    }
}
