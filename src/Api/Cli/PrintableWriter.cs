using System.Buffers;
using System.Globalization;
using System.Text;

namespace PyWharf.Api.Cli;

/// <summary>
/// Standard output and error, with characters escaped that could control the terminal, forge a line or reorder text: messages quote untrusted input
/// (paths, file names, reasons). Line feeds and tabs pass.
/// </summary>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    // Control characters (C0 and C1), line and paragraph separators, and bidirectional controls (UAX 9).
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(character => char.IsControl(character) && character is not ('\n' or '\t')),
        '\u061C', '\u200E', '\u200F', '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069',
    ]);

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        for (var next = buffer.IndexOfAny(Escaped); next >= 0; next = buffer.IndexOfAny(Escaped))
        {
            inner.Write(buffer[..next]);
            inner.Write($"\\u{(int)buffer[next]:x4}");
            buffer = buffer[(next + 1)..];
        }

        inner.Write(buffer);
    }

    public override void Flush() => inner.Flush();
}
