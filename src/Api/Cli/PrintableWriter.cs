using System.Buffers;
using System.Globalization;
using System.Text;

namespace PyWharf.Api.Cli;

/// <summary>
/// Standard output and error for whoever reads them on a terminal: what would drive it, forge a line or turn the order of characters around
/// is escaped, as messages repeat what was sent from outside (paths, file names, reasons). Only a line's end passes, and a tab.
/// </summary>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter(CultureInfo.InvariantCulture)
{
    // Control characters (C0 and C1), the separators of lines and paragraphs, and marks of direction (UAX 9).
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
