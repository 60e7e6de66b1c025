using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>
/// A file of exactly one gzip member (RFC 1952). The framework's reader ignores data after the member, which could hide a second archive.
/// </summary>
internal static class GzipMember
{
    private const int HeaderSize = 10;
    private const int TrailerSize = 8;

    // Names and comments are short; the extra field has at most 64 KiB.
    private const int MaxHeaderSize = 128 * 1024;

    private static ReadOnlySpan<byte> Signature => [0x1F, 0x8B, 8]; // 8 is deflate, the only method

    [Flags]
    private enum Fields
    {
        Text = 1,
        HeaderChecksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        All = Text | HeaderChecksum | Extra | Name | Comment,
    }

    /// <exception cref="InvalidDataException">The file is no gzip file.</exception>
    public static CompressedContent Open(SafeFileHandle file, long length, DecompressionBudget budget)
    {
        var header = new byte[(int)Math.Min(length, MaxHeaderSize)];
        FileExtent.ReadExactly(file, 0, header);
        if (length < HeaderSize + TrailerSize || !header.AsSpan().StartsWith(Signature))
        {
            throw new InvalidDataException("The file is named like a gzip file and is none.");
        }

        var start = DataOffset(header);
        if (start is null || start > length - TrailerSize)
        {
            throw new InvalidDataException("The header of the gzip file is broken.");
        }

        Span<byte> trailer = stackalloc byte[TrailerSize];
        FileExtent.ReadExactly(file, length - TrailerSize, trailer);
        var crc32 = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]); // modulo 2^32

        return new CompressedContent(
            file,
            (start.Value, length - TrailerSize - start.Value),
            isDeflated: true,
            crc32,
            actual => (uint)actual == size,
            budget,
            "The gzip file");
    }

    private static int? DataOffset(ReadOnlySpan<byte> header)
    {
        var fields = (Fields)header[3];
        if ((fields & ~Fields.All) != 0)
        {
            return null;
        }

        var at = HeaderSize;
        if (fields.HasFlag(Fields.Extra))
        {
            if (header.Length < at + 2)
            {
                return null;
            }

            at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(header[at..]);
        }

        foreach (var text in (ReadOnlySpan<Fields>)[Fields.Name, Fields.Comment])
        {
            if (fields.HasFlag(text))
            {
                var end = at < header.Length ? header[at..].IndexOf((byte)0) : -1;
                if (end < 0)
                {
                    return null;
                }

                at += end + 1;
            }
        }

        return fields.HasFlag(Fields.HeaderChecksum) ? at + 2 : at;
    }
}
