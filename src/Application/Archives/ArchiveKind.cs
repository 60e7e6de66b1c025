using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>Checks the kind of an archive, and that no reader can take the file for an archive of another kind (polyglot files).</summary>
internal static class ArchiveKind
{
    private const int ZipEndSize = 22;

    /// <exception cref="InvalidDataException">It is no zip archive, or a tar archive as well.</exception>
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

    /// <exception cref="InvalidDataException">The file also ends like a zip archive.</exception>
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

    /// <summary>Whether the end record points to a central directory. Compressed data may contain the signature of the record alone by chance.</summary>
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
