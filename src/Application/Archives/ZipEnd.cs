using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>The end record of a zip archive, which locates the central directory (APPNOTE.TXT 4.3.14 to 4.3.16).</summary>
/// <param name="DirectoryOffset">Offset of the directory, where the entries end.</param>
/// <param name="DirectorySize">Size in bytes. The directory ends where the end record begins.</param>
/// <param name="Entries">Number of entries.</param>
internal readonly record struct ZipEnd(long DirectoryOffset, long DirectorySize, long Entries)
{
    private const int RecordSize = 22;
    private const int Zip64RecordSize = 56;
    private const int Zip64LocatorSize = 20;

    /// <exception cref="InvalidDataException">It is not at the very end, or contradicts the rest of the file.</exception>
    public static ZipEnd Find(SafeFileHandle file, long length)
    {
        var tail = new byte[(int)Math.Min(length, Zip64RecordSize + Zip64LocatorSize + RecordSize + ushort.MaxValue)];
        FileExtent.ReadExactly(file, length - tail.Length, tail);

        var start = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (start < 0 || tail.Length - start < RecordSize)
        {
            throw new InvalidDataException("The zip archive has no end record: it is cut off, or no zip archive.");
        }

        var record = tail.AsSpan(start);
        if (RecordSize + UInt16(record, 20) != record.Length)
        {
            throw new InvalidDataException("The zip archive is followed by bytes that don't belong to it.");
        }

        var (offset, size, entries) = ((long)UInt32(record, 16), (long)UInt32(record, 12), (long)UInt16(record, 10));
        if (UInt16(record, 4) is not (0 or ushort.MaxValue) || UInt16(record, 6) is not (0 or ushort.MaxValue) || UInt16(record, 8) != entries)
        {
            throw OnSeveralDisks();
        }

        var end = length - record.Length;
        if (start >= Zip64LocatorSize && tail.AsSpan(start - Zip64LocatorSize).StartsWith("PK\x06\x07"u8))
        {
            end -= Zip64LocatorSize + Zip64RecordSize;
            var real = Zip64(tail.AsSpan(0, start), end);
            if ((offset != uint.MaxValue && offset != real.DirectoryOffset)
                || (size != uint.MaxValue && size != real.DirectorySize)
                || (entries != ushort.MaxValue && entries != real.Entries))
            {
                throw Contradiction();
            }

            (offset, size, entries) = real;
        }

        return offset <= end && size == end - offset
            ? new ZipEnd(offset, size, entries)
            : throw new InvalidDataException(
                "The central directory of the zip archive is not where its end record says: something was put before, between or behind.");
    }

    private static ZipEnd Zip64(ReadOnlySpan<byte> tail, long expectedOffset)
    {
        if (tail.Length < Zip64RecordSize + Zip64LocatorSize)
        {
            throw Contradiction();
        }

        var locator = tail[^Zip64LocatorSize..];
        var record = tail[^(Zip64RecordSize + Zip64LocatorSize)..^Zip64LocatorSize];
        if (Int64(locator, 8) != expectedOffset || !record.StartsWith("PK\x06\x06"u8) || Int64(record, 4) != Zip64RecordSize - 12)
        {
            throw Contradiction();
        }

        // The total number of disks is 0 or 1, depending on the writer.
        if (UInt32(locator, 4) != 0 || UInt32(locator, 16) > 1 || UInt32(record, 16) != 0 || UInt32(record, 20) != 0 || Int64(record, 24) != Int64(record, 32))
        {
            throw OnSeveralDisks();
        }

        var end = new ZipEnd(Int64(record, 48), Int64(record, 40), Int64(record, 32));

        return end is { DirectoryOffset: >= 0, DirectorySize: >= 0, Entries: >= 0 } ? end : throw Contradiction();
    }

    private static InvalidDataException Contradiction() => new("The zip64 end record of the zip archive contradicts what is around it.");

    private static InvalidDataException OnSeveralDisks() => new("The zip archive says that it is one part of several.");

    private static ushort UInt16(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt16LittleEndian(record[at..]);

    private static uint UInt32(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);

    private static long Int64(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadInt64LittleEndian(record[at..]);
}
