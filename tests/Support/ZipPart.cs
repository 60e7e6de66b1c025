using System.Text;

namespace PyWharf.Support;

/// <summary>An entry of a zip archive; what is not given is as it should be.</summary>
internal sealed record ZipPart(string Name, byte[] Content)
{
    public ZipPart(string name, string text)
        : this(name, Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>The bytes of the name in both headers.</summary>
    public byte[]? RawName { get; init; }

    public string? LocalName { get; init; }

    public int Method { get; init; } = 8;

    public int? LocalMethod { get; init; }

    public int Flags { get; init; }

    public int? LocalFlags { get; init; }

    /// <summary>What is between the headers, compressed.</summary>
    public byte[]? Compressed { get; init; }

    public uint? Crc32 { get; init; }

    public uint? LocalCrc32 { get; init; }

    public uint? Size { get; init; }

    public uint? LocalSize { get; init; }

    public uint? CompressedSize { get; init; }

    /// <summary>As the directory has it.</summary>
    public uint? Offset { get; init; }

    /// <summary>Of the directory.</summary>
    public byte[] Extra { get; init; } = [];

    public byte[] LocalExtra { get; init; } = [];

    /// <summary>The Unix mode: <c>0xA1FF</c> is a link's.</summary>
    public int Mode { get; init; } = 0x81A4;

    public int Disk { get; init; }

    /// <summary>What stands before the local header.</summary>
    public byte[] Before { get; init; } = [];

    /// <summary>How long the descriptor behind the data is: 12, 16, 20 or 24 bytes, or 0.</summary>
    public int Descriptor { get; init; }

    /// <summary>Stands in the place of the descriptor.</summary>
    public byte[]? RawDescriptor { get; init; }

    /// <summary>No local header and no data of its own.</summary>
    public bool OnlyInDirectory { get; init; }

    /// <summary>No entry in the directory.</summary>
    public bool NotInDirectory { get; init; }
}
