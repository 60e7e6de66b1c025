using System.Buffers;
using System.Globalization;
using System.Text;

namespace PyWharf.Infrastructure.Toml;

/// <summary>
/// Writes strings and keys on one line, in a form that toml 0.10.2 reads too, in spite of its bugs. It cannot read a string with both a literal \u and,
/// after a control character, a literal \U, in any form, nor a key with a quote or a control character. An unpaired surrogate, which TOML does not have, is
/// written as U+FFFD.
/// </summary>
internal static class TomlText
{
    private static readonly SearchValues<char> BareKeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> EscapedCharacters =
        SearchValues.Create(['"', '\\', '\u007F', .. Enumerable.Range(0, 0x20).Select(code => (char)code)]);

    /// <summary>A string in quotes, for a message; a long one is truncated.</summary>
    public static string Quote(string text)
    {
        const int longest = 80;
        var buffer = new ArrayBufferWriter<byte>();
        WriteBasic(text.Length > longest ? text[..longest] + "…" : text, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void WriteKey(string key, IBufferWriter<byte> output)
    {
        if (key.Length > 0 && !key.AsSpan().ContainsAnyExcept(BareKeyCharacters))
        {
            Encoding.UTF8.GetBytes(key, output);
        }
        else
        {
            WriteBasic(key, output);
        }
    }

    public static void WriteValue(string text, IBufferWriter<byte> output)
    {
        // toml 0.10.2 reads a string that begins with two quotes, or is one quote, as multi-line. In the multi-line form it reads it correctly.
        var looksLikeBlock = text.StartsWith("\"\"", StringComparison.Ordinal) || text == "\"";
        Encoding.UTF8.GetBytes(looksLikeBlock ? "\"\"" : "", output);
        WriteBasic(text, output);
        Encoding.UTF8.GetBytes(looksLikeBlock ? "\"\"" : "", output);
    }

    private static void WriteBasic(string text, IBufferWriter<byte> output)
    {
        // After an actual \uXXXX, toml 0.10.2 unescapes any later \u, even if its backslash is escaped; the same for \U.
        var escape = text.Contains("\\u", StringComparison.Ordinal) ? "\\U{0:X8}" : "\\u{0:X4}";

        Encoding.UTF8.GetBytes("\"", output);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(EscapedCharacters) is >= 0 and var length)
        {
            Encoding.UTF8.GetBytes(rest[..length], output);
            Encoding.UTF8.GetBytes(Escaped(rest[length], escape), output);
            rest = rest[(length + 1)..];
        }

        Encoding.UTF8.GetBytes(rest, output);
        Encoding.UTF8.GetBytes("\"", output);
    }

    private static string Escaped(char character, string escape) => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => string.Format(CultureInfo.InvariantCulture, escape, (int)character),
    };
}
