using System.Buffers;
using System.Text;

namespace PyWharf.Application.Rendering;

/// <summary>Builds HTML as UTF-8. <see cref="Markup"/> is written as it is; all other text must go through <see cref="Text"/>, which escapes it.</summary>
internal sealed class HtmlBuffer(int capacity) : IDisposable
{
    // HTML parsers change a raw carriage return to a line feed, and a NUL to U+FFFD or nothing.
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'\r\0");

    private readonly PooledBuffer _bytes = new(capacity);

    /// <summary>Writes trusted markup.</summary>
    public HtmlBuffer Markup(ReadOnlySpan<byte> utf8)
    {
        _bytes.Write(utf8);
        return this;
    }

    /// <summary>Writes text, escaped for content and quoted attributes.</summary>
    public HtmlBuffer Text(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAny(Special); at >= 0; at = text.IndexOfAny(Special))
        {
            Utf8(text[..at]);
            _bytes.Write(Escape(text[at]));
            text = text[(at + 1)..];
        }

        Utf8(text);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    public void Dispose() => _bytes.Dispose();

    private static ReadOnlySpan<byte> Escape(char special) => special switch
    {
        '&' => "&amp;"u8,
        '<' => "&lt;"u8,
        '>' => "&gt;"u8,
        '"' => "&quot;"u8,
        '\'' => "&#39;"u8,
        '\r' => "&#13;"u8,
        _ => "\uFFFD"u8,
    };

    private void Utf8(ReadOnlySpan<char> text)
    {
        var room = _bytes.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _bytes.Advance(Encoding.UTF8.GetBytes(text, room));
    }
}
