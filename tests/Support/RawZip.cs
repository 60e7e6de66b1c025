using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace PyWharf.Support;

/// <summary>Writes zip archives byte by byte (APPNOTE.TXT), so that anything can be wrong with them.</summary>
internal sealed record RawZip(IReadOnlyList<ZipPart> Parts)
{
    public byte[] BeforeDirectory { get; init; } = [];

    public byte[] BeforeEnd { get; init; } = [];

    public byte[] Comment { get; init; } = [];

    public byte[] Behind { get; init; } = [];

    /// <summary>As the end record says.</summary>
    public int? Entries { get; init; }

    public int Disk { get; init; }

    /// <summary>With a zip64 end record, and nothing but 0xFF in the old one.</summary>
    public bool Zip64 { get; init; }

    /// <summary>Added to what the zip64 locator says.</summary>
    public int Zip64Shift { get; init; }

    /// <summary>The files of a zip archive.</summary>
    public static IReadOnlyList<ZipPart> PartsOf(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));

        return [.. archive.Entries.Select(entry =>
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);

            return new ZipPart(entry.FullName, content.ToArray());
        })];
    }

    public static byte[] Deflate(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return compressed.ToArray();
    }

    public static byte[] Bytes(params long[] widthsAndValues)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < widthsAndValues.Length; at += 2)
        {
            var number = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(number, widthsAndValues[at + 1]);
            bytes.AddRange(number[..(int)widthsAndValues[at]]);
        }

        return [.. bytes];
    }

    public byte[] Build()
    {
        var zip = new MemoryStream();
        var directory = new MemoryStream();
        foreach (var part in Parts)
        {
            zip.Write(part.Before);
            Write(part, zip, directory);
        }

        zip.Write(BeforeDirectory);
        var offset = zip.Position;
        var entries = Entries ?? Parts.Count(part => !part.NotInDirectory);
        zip.Write(directory.ToArray());
        zip.Write(BeforeEnd);
        if (Zip64)
        {
            var end64 = zip.Position;
            zip.Write(Bytes(4, 0x06064b50, 8, 44, 2, 45, 2, 45, 4, 0, 4, 0, 8, entries, 8, entries, 8, directory.Length, 8, offset));
            zip.Write(Bytes(4, 0x07064b50, 4, 0, 8, end64 + Zip64Shift, 4, 1));
        }

        zip.Write(Zip64
            ? Bytes(4, 0x06054b50, 2, 0, 2, 0, 2, 0xFFFF, 2, 0xFFFF, 4, uint.MaxValue, 4, uint.MaxValue, 2, Comment.Length)
            : Bytes(4, 0x06054b50, 2, Disk, 2, Disk, 2, entries, 2, entries, 4, directory.Length, 4, offset, 2, Comment.Length));
        zip.Write(Comment);
        zip.Write(Behind);

        return zip.ToArray();
    }

    private static void Write(ZipPart part, MemoryStream zip, MemoryStream directory)
    {
        var name = part.RawName ?? Encoding.UTF8.GetBytes(part.Name);
        var localName = part.LocalName is null ? name : Encoding.UTF8.GetBytes(part.LocalName);
        var compressed = part.Compressed ?? (part.Method == 8 ? Deflate(part.Content) : part.Content);
        var crc32 = part.Crc32 ?? Crc32.HashToUInt32(part.Content);
        var size = part.Size ?? (uint)part.Content.Length;
        var compressedSize = part.CompressedSize ?? (uint)compressed.Length;
        var flags = part.Flags | (part.Descriptor == 0 ? 0 : 8);
        var offset = part.Offset ?? zip.Position;

        if (!part.OnlyInDirectory)
        {
            zip.Write(Bytes(4, 0x04034b50, 2, 20, 2, part.LocalFlags ?? flags, 2, part.LocalMethod ?? part.Method, 4, 0x5020_0000));
            zip.Write(part.Descriptor != 0
                ? Bytes(4, 0, 4, 0, 4, 0)
                : Bytes(4, part.LocalCrc32 ?? crc32, 4, compressedSize, 4, part.LocalSize ?? size));
            zip.Write(Bytes(2, localName.Length, 2, part.LocalExtra.Length));
            zip.Write([.. localName, .. part.LocalExtra, .. compressed]);
            zip.Write(part.RawDescriptor ?? part.Descriptor switch
            {
                12 => Bytes(4, crc32, 4, compressedSize, 4, size),
                16 => Bytes(4, 0x08074b50, 4, crc32, 4, compressedSize, 4, size),
                20 => Bytes(4, crc32, 8, compressedSize, 8, size),
                24 => Bytes(4, 0x08074b50, 4, crc32, 8, compressedSize, 8, size),
                _ => [],
            });
        }

        if (!part.NotInDirectory)
        {
            directory.Write(Bytes(4, 0x02014b50, 2, 0x0314, 2, 20, 2, flags, 2, part.Method, 4, 0x5020_0000, 4, crc32, 4, compressedSize, 4, size));
            directory.Write(Bytes(2, name.Length, 2, part.Extra.Length, 2, 0, 2, part.Disk, 2, 0, 4, (long)part.Mode << 16, 4, offset));
            directory.Write([.. name, .. part.Extra]);
        }
    }
}
