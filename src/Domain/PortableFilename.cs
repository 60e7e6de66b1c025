using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Unicode;

namespace PyWharf.Domain;

/// <summary>Checks that a text is a plain file name on every operating system.</summary>
internal static class PortableFilename
{
    private const int MaxBytes = 255;

    // ASCII and Latin-1 control characters, path, line and stream (NTFS) separators, and Windows wildcards.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0x00, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c), .. "/\\:*?\"<>|\u2028\u2029"]);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> WindowsDevices =
        new[] { "con", "prn", "aux", "nul", "conin$", "conout$" }
            .Concat(from port in new[] { "com", "lpt" } from number in "0123456789¹²³" select port + number)
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsSafe(string text) =>
        text.Length is > 0 and <= MaxBytes
        && text[0] is not ('.' or ' ')
        && text[^1] is not ('.' or ' ')
        && !text.AsSpan().ContainsAny(Forbidden)
        && (Ascii.IsValid(text) || FitsInUtf8(text))
        && !IsWindowsDevice(text);

    private static bool FitsInUtf8(string text)
    {
        // The conversion also fails for a lone surrogate.
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return Utf8.FromUtf16(text, bytes, out _, out _, replaceInvalidSequences: false) == OperationStatus.Done;
    }

    /// <summary>Windows opens a device for such a name, with any extension.</summary>
    private static bool IsWindowsDevice(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        return WindowsDevices.Contains((dot < 0 ? text : text[..dot]).TrimEnd(' '));
    }
}
