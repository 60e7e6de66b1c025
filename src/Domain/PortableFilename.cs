using System.Buffers;
using System.Collections.Frozen;
using System.Text.Unicode;

namespace PyWharf.Domain;

/// <summary>What a text must be to name a file in one folder, and no other thing, on every system a storage may lie on.</summary>
internal static class PortableFilename
{
    private const int MaxBytes = 255;

    // Controls of ASCII and Latin-1, separators of paths, of lines and of streams (NTFS), and what Windows matches by.
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
        && FitsInUtf8(text)
        && !IsWindowsDevice(text);

    private static bool FitsInUtf8(string text)
    {
        // A lone surrogate has no UTF-8 and makes the conversion fail.
        Span<byte> bytes = stackalloc byte[MaxBytes];
        return Utf8.FromUtf16(text, bytes, out _, out _, replaceInvalidSequences: false) == OperationStatus.Done;
    }

    /// <summary>Windows opens a device for such a name, whatever extension follows.</summary>
    private static bool IsWindowsDevice(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        return WindowsDevices.Contains((dot < 0 ? text : text[..dot]).TrimEnd(' '));
    }
}
