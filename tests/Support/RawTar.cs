using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace PyWharf.Support;

/// <summary>Writes tar archives byte by byte (POSIX pax, GNU tar), so that anything can be wrong with them.</summary>
internal static class RawTar
{
    private const int BlockSize = 512;

    /// <summary>The files of a gzipped tar archive.</summary>
    public static IReadOnlyList<TarPart> PartsOf(byte[] tarGz)
    {
        using var tar = new TarReader(new GZipStream(new MemoryStream(tarGz), CompressionMode.Decompress));
        var parts = new List<TarPart>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            parts.Add(new TarPart(entry.Name, content.ToArray()));
        }

        return parts;
    }

    public static byte[] Gzip(params byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return compressed.ToArray();
    }

    /// <summary>The archive, with two blocks of zeros at its end.</summary>
    public static byte[] Build(params IEnumerable<TarPart> parts) => [.. Members(parts), .. new byte[2 * BlockSize]];

    /// <summary>The archive without an end.</summary>
    public static byte[] Members(params IEnumerable<TarPart> parts)
    {
        var tar = new MemoryStream();
        foreach (var part in parts)
        {
            tar.Write(Header(part));
            tar.Write(part.Content);
            tar.Write(new byte[(BlockSize - (part.Content.Length % BlockSize)) % BlockSize]);
        }

        return tar.ToArray();
    }

    public static byte[] Header(TarPart part)
    {
        var header = new byte[BlockSize];
        Put(header, 0, part.Name);
        Put(header, 100, "0000644\0");
        var size = part.Size ?? part.Content.Length;
        if (size < 1L << 33)
        {
            Put(header, 124, Convert.ToString(size, 8).PadLeft(11, '0'));
        }
        else
        {
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        }

        Put(header, 136, "13614632000\0");
        header[156] = (byte)part.Type;
        Put(header, 157, part.LinkName);
        Put(header, 257, part.Magic);
        Put(header, 345, part.Prefix);
        Put(header, 148, "        ");
        Put(header, 148, Convert.ToString(header.Sum(value => value) + part.ChecksumShift, 8).PadLeft(6, '0') + "\0 ");

        return header;
    }

    private static void Put(byte[] header, int at, string text) => Encoding.UTF8.GetBytes(text).CopyTo(header, at);
}
