using System.Buffers.Binary;

namespace PyWharf.Application.Archives;

/// <summary>One header block of a tar archive (POSIX pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").</summary>
/// <param name="Name">The path as written, the prefix of a ustar header included.</param>
/// <param name="Type">The type flag; <c>'\0'</c> marks files in pre-POSIX archives.</param>
/// <param name="Size">Bytes of data that follow, without the padding.</param>
/// <param name="LinkName">Target of a link.</param>
internal readonly record struct TarHeader(string Name, char Type, long Size, string LinkName)
{
    public const int BlockSize = 512;

    /// <summary>Whether the block has a valid checksum, so that it is a header.</summary>
    public static bool HasChecksum(ReadOnlySpan<byte> block)
    {
        // Some old tools sum signed bytes.
        var (sum, signedSum) = (0, 0);
        for (var at = 0; at < BlockSize; at++)
        {
            var value = at is >= 148 and < 156 ? (byte)' ' : block[at];
            sum += value;
            signedSum += (sbyte)value;
        }

        return Number(block.Slice(148, 8)) is { } expected && (expected == sum || expected == signedSum);
    }

    /// <exception cref="InvalidDataException">The block is no header, or an ambiguous one.</exception>
    public static TarHeader Parse(ReadOnlySpan<byte> block)
    {
        if (!HasChecksum(block))
        {
            throw new InvalidDataException("The tar archive has a block that is no header where one belongs.");
        }

        var name = Text(block[..100]);
        var isPosix = block.Slice(257, 6).SequenceEqual("ustar\0"u8);
        var prefix = isPosix || !IsZero(block.Slice(345, 155)) ? Text(block.Slice(345, 155)) : "";
        if (prefix.Length != 0)
        {
            // GNU tar stores times there in incremental backups; some readers take them for a path prefix.
            name = isPosix ? $"{prefix}/{name}" : throw Broken(name, "has a header of a kind that only backups have");
        }

        var size = Number(block.Slice(124, 12)) ?? throw Broken(name, "has a size that is no number");

        return new TarHeader(name, (char)block[156], size, Text(block.Slice(157, 100)));
    }

    public static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);

        return EntryPath.Decode(end < 0 ? field : field[..end]);
    }

    /// <summary>Octal digits, or a binary number as GNU tar writes large ones; null if it is neither.</summary>
    private static long? Number(ReadOnlySpan<byte> field)
    {
        if (field[0] == 0x80 && field.Length == 12)
        {
            return IsZero(field[1..4]) && BinaryPrimitives.ReadInt64BigEndian(field[4..]) is >= 0 and var binary ? binary : null;
        }

        var digits = field.Trim(" \0"u8);
        var number = 0L;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return null;
            }

            number = (number * 8) + (digit - '0');
        }

        return number;
    }

    private static InvalidDataException Broken(string name, string what) => new($"The entry {EntryPath.Quote(name)} {what}.");
}
