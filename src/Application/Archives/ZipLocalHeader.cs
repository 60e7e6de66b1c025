using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>Checks that local header and data descriptor of an entry (APPNOTE.TXT 4.3.7, 4.3.9) agree with the directory.</summary>
internal static class ZipLocalHeader
{
    private const int HeaderSize = 30;

    /// <summary>Checks the local header; returns the offset of the data, all of which is before <paramref name="limit"/>.</summary>
    /// <exception cref="InvalidDataException">The header differs from the directory, or the data is cut off.</exception>
    public static long Check(SafeFileHandle file, ZipEntry entry, long limit)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        Read(file, entry, entry.Offset, header, limit);
        if (!header.StartsWith("PK\x03\x04"u8))
        {
            throw new InvalidDataException($"The entry {EntryPath.Quote(entry.Name)} has no header where the central directory says.");
        }

        var names = new byte[UInt16(header, 26) + UInt16(header, 28)];
        Read(file, entry, entry.Offset + HeaderSize, names, limit);

        var name = names.AsSpan(0, UInt16(header, 26));
        Span<long> sizes = [UInt32(header, 22), UInt32(header, 18)];
        ZipExtra.Resolve(names.AsSpan(name.Length), entry.Name, sizes);

        var different =
            EntryPath.Decode(name) != entry.Name ? "name"
            : ((ZipFlags)UInt16(header, 6) & ZipFlags.Meaningful) != entry.Flags ? "kind of encryption or sizes"
            : UInt16(header, 8) != (entry.IsDeflated ? 8 : 0) ? "method of compression"
            : !Agrees(entry, UInt32(header, 14), entry.Crc32) ? "checksum"
            : !Agrees(entry, sizes[0], entry.Size) || !Agrees(entry, sizes[1], entry.CompressedSize) ? "size"
            : null;
        if (different is not null)
        {
            throw new InvalidDataException($"The entry {EntryPath.Quote(entry.Name)} has another {different} in its own header than in the central directory.");
        }

        var data = entry.Offset + HeaderSize + names.Length;

        return entry.CompressedSize <= limit - data ? data : throw CutOff(entry);
    }

    /// <summary>Checks that the entry, with its data descriptor if it has one, ends at <paramref name="end"/>.</summary>
    /// <exception cref="InvalidDataException">It ends elsewhere, or the descriptor is wrong.</exception>
    public static void CheckEnd(SafeFileHandle file, ZipEntry entry, long end, long limit)
    {
        var dataEnd = Check(file, entry, limit) + entry.CompressedSize;
        var behind = end - dataEnd;
        if (behind < 0)
        {
            throw new InvalidDataException($"The entry {EntryPath.Quote(entry.Name)} overlaps with another one.");
        }

        if (!entry.Flags.HasFlag(ZipFlags.DataDescriptor))
        {
            if (behind != 0)
            {
                throw new InvalidDataException($"There are bytes behind the entry {EntryPath.Quote(entry.Name)} that belong to no entry.");
            }

            return;
        }

        // The descriptor has 32 or 64 bit sizes, with or without a signature: four forms of different lengths.
        if (behind is not (12 or 16 or 20 or 24))
        {
            throw NoDescriptor(entry);
        }

        Span<byte> bytes = stackalloc byte[(int)behind];
        FileExtent.ReadExactly(file, dataEnd, bytes);
        if (behind is 16 or 24 && !bytes.StartsWith("PK\x07\x08"u8))
        {
            throw NoDescriptor(entry);
        }

        ReadOnlySpan<byte> descriptor = behind is 16 or 24 ? bytes[4..] : bytes;
        var isWide = descriptor.Length == 20;
        var compressedSize = isWide ? BinaryPrimitives.ReadInt64LittleEndian(descriptor[4..]) : UInt32(descriptor, 4);
        var size = isWide ? BinaryPrimitives.ReadInt64LittleEndian(descriptor[12..]) : UInt32(descriptor, 8);
        if (UInt32(descriptor, 0) != entry.Crc32 || compressedSize != entry.CompressedSize || size != entry.Size)
        {
            throw NoDescriptor(entry);
        }
    }

    /// <summary>With a data descriptor, the local header may have 0 for values that follow the data.</summary>
    private static bool Agrees(ZipEntry entry, long here, long inDirectory) =>
        here == inDirectory || (here == 0 && entry.Flags.HasFlag(ZipFlags.DataDescriptor));

    private static void Read(SafeFileHandle file, ZipEntry entry, long offset, Span<byte> buffer, long limit)
    {
        if (offset > limit - buffer.Length)
        {
            throw CutOff(entry);
        }

        FileExtent.ReadExactly(file, offset, buffer);
    }

    private static InvalidDataException CutOff(ZipEntry entry) =>
        new($"The entry {EntryPath.Quote(entry.Name)} reaches into the central directory.");

    private static InvalidDataException NoDescriptor(ZipEntry entry) =>
        new($"The entry {EntryPath.Quote(entry.Name)} is not followed by the data descriptor that belongs to it.");

    private static ushort UInt16(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt16LittleEndian(header[at..]);

    private static uint UInt32(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);
}
