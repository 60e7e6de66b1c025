using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>That a file is an archive of one kind, and none of another kind to a reader that looks elsewhere in it.</summary>
internal static class ArchiveKind
{
    private const int ZipEndSize = 22;

    /// <exception cref="InvalidDataException">It is none, or a tar archive as well.</exception>
    public static void CheckIsZip(SafeFileHandle file, long length)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(length, TarHeader.BlockSize)];
        FileExtent.ReadExactly(file, 0, start);
        if (!start.StartsWith("PK\x03\x04"u8))
        {
            throw new InvalidDataException("The file is named like a zip archive and does not begin like one.");
        }

        if (start.Length == TarHeader.BlockSize && TarHeader.HasChecksum(start))
        {
            throw new InvalidDataException("The file is a zip archive and a tar archive at once.");
        }
    }

    /// <exception cref="InvalidDataException">Readers that look for the end of a zip archive find one.</exception>
    public static void CheckIsNoZip(SafeFileHandle file, long length)
    {
        var tail = new byte[(int)Math.Min(length, ZipEndSize + ushort.MaxValue)];
        FileExtent.ReadExactly(file, length - tail.Length, tail);
        for (var at = 0; tail.AsSpan(at).IndexOf("PK\x05\x06"u8) is >= 0 and var found; at++)
        {
            at += found;
            if (tail.Length - at >= ZipEndSize && HasDirectory(file, length - tail.Length + at, tail.AsSpan(at)))
            {
                throw new InvalidDataException("The file is a gzip file and a zip archive at once.");
            }
        }
    }

    /// <summary>Compressed data has the signature by chance; not also one of a directory where that record says.</summary>
    private static bool HasDirectory(SafeFileHandle file, long end, ReadOnlySpan<byte> record)
    {
        var directory = end - BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        if (directory < 0)
        {
            return false;
        }

        Span<byte> signature = stackalloc byte[4];
        FileExtent.ReadExactly(file, directory, signature);

        return signature.SequenceEqual("PK\x01\x02"u8);
    }
}
