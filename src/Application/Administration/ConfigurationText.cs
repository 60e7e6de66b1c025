using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace PyWharf.Application.Administration;

/// <summary>
/// Decodes config.toml and admin_secret.toml. TOML is UTF-8 (https://toml.io/en/v1.0.0#spec), with or without a byte order mark. Invalid UTF-8 is
/// an error with its place: a replacement character would silently become part of a secret.
/// </summary>
public static class ConfigurationText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Decodes the bytes of a document.</summary>
    /// <param name="bytes">The whole document.</param>
    /// <param name="name">The name of the document in problems.</param>
    /// <param name="text">The text, without the byte order mark.</param>
    /// <param name="problem"><c>config.toml:3:16: …</c>: line and column, both from 1, of the first byte that is wrong.</param>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, string name, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
    {
        text = null;
        problem = null;
        if (bytes.StartsWith(Encoding.Unicode.Preamble) || bytes.StartsWith(Encoding.BigEndianUnicode.Preamble)
            || bytes[..Math.Min(bytes.Length, 2)].Contains((byte)0))
        {
            problem = $"{name}:1:1: this is UTF-16: save the file as UTF-8";
            return false;
        }

        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        if (Utf8.IsValid(bytes))
        {
            text = Encoding.UTF8.GetString(bytes);
            return true;
        }

        var length = 0;
        while (Rune.DecodeFromUtf8(bytes[length..], out _, out var read) == System.Buffers.OperationStatus.Done)
        {
            length += read;
        }

        problem = $"{name}:{PlaceAfter(Encoding.UTF8.GetString(bytes[..length]))}: this is no UTF-8: save the file as UTF-8";
        return false;
    }

    /// <summary>
    /// The problem of a text that was decoded elsewhere (a flag, a form field) with U+FFFD in place of invalid bytes. Null if there is none.
    /// </summary>
    public static string? ProblemOf(string text, string name)
    {
        var index = text.IndexOf(Replacement, StringComparison.Ordinal);

        return index < 0 ? null : $"{name}:{PlaceAfter(text.AsSpan(0, index))}: something here was no UTF-8: send it as UTF-8";
    }

    /// <summary>The place after a text: line and column, the column in characters.</summary>
    private static string PlaceAfter(ReadOnlySpan<char> text)
    {
        var column = 1;
        foreach (var _ in text[(text.LastIndexOf('\n') + 1)..].EnumerateRunes())
        {
            column++;
        }

        return $"{text.Count('\n') + 1}:{column}";
    }
}
