using System.Text;

namespace PyWharf.Support;

/// <summary>A member of a tar archive; what is not given is as it should be.</summary>
internal sealed record TarPart(string Name, byte[] Content)
{
    public TarPart(string name, string text = "")
        : this(name, Encoding.UTF8.GetBytes(text))
    {
    }

    public char Type { get; init; } = '0';

    public string LinkName { get; init; } = "";

    /// <summary>As the header says.</summary>
    public long? Size { get; init; }

    /// <summary>Six bytes and the version: ustar, GNU's, or that of old.</summary>
    public string Magic { get; init; } = "ustar\000";

    public string Prefix { get; init; } = "";

    /// <summary>Added to the checksum.</summary>
    public int ChecksumShift { get; init; }

    public static TarPart LongName(string name) => new("././@LongLink", name + '\0') { Type = 'L', Magic = "ustar  \0" };

    public static TarPart Pax(params string[] records) => new("pax", string.Concat(records.Select(Record))) { Type = 'x' };

    public static TarPart Global(params string[] records) => Pax(records) with { Type = 'g', Name = "pax_global_header" };

    /// <summary>With its own length, which counts itself.</summary>
    private static string Record(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text) + 3;
        length += length.ToString().Length - 1;
        length = Encoding.UTF8.GetByteCount(text) + 2 + length.ToString().Length;

        return $"{length} {text}\n";
    }
}
