using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Support;

/// <summary>Wheels of foo 1.0 with one thing wrong in each.</summary>
internal static class HostileWheels
{
    private const string Filename = "foo-1.0-py3-none-any.whl";
    private const string Module = "foo/__init__.py";
    private const string DistInfo = "foo-1.0.dist-info";

    private static readonly byte[] Sound = Wheels.Build("foo", "1.0").Content;
    private static readonly IReadOnlyList<ZipPart> Parts = RawZip.PartsOf(Sound);
    private static readonly RawZip Zip = new(Parts);
    private static readonly byte[] Junk = "junk"u8.ToArray();

    public static IEnumerable<HostileArchive> All =>
        new (string Case, byte[] Content)[]
        {
            ("empty file", []),
            ("text", Encoding.UTF8.GetBytes(new string('x', 1000))),
            ("one byte", [(byte)'P']),
            ("empty zip", new RawZip([]).Build()),
            ("gzip", RawTar.Gzip(Sound)),
            ("tar", RawTar.Build(new TarPart("a", "b"))),
            ("tar as well", TarAsWell()),
            ("cut in the middle", Sound[..(Sound.Length / 2)]),
            ("cut by a byte", Sound[..^1]),
            ("bytes before", [.. Junk, .. Sound]),
            ("a zip before", [.. Sound, .. Sound]),
            ("bytes behind", [.. Sound, .. Junk]),
            ("a second end in the comment", Build(zip => zip with { Comment = new RawZip([]).Build() })),
            ("bytes between entries", Change(Parts[1].Name, part => part with { Before = Junk })),
            ("bytes before the first entry", [.. "PK\x03\x04"u8, .. Change(Module, part => part with { Before = "PK\x03\x04"u8.ToArray() })[4..]]),
            ("bytes before the directory", Build(zip => zip with { BeforeDirectory = Junk })),
            ("bytes before the end", Build(zip => zip with { BeforeEnd = Junk })),
            ("an entry that the directory lacks", Add(new ZipPart("hidden.py", "x") { NotInDirectory = true })),
            ("an entry that only the directory has", Add(new ZipPart("ghost.py", "x") { OnlyInDirectory = true })),
            ("one data for two entries", Add(new ZipPart(Module + "2", Parts[0].Content) { OnlyInDirectory = true, Offset = 0 })),
            ("an entry beyond the end", Change(Parts[^1].Name, part => part with { Offset = 0x7FFFFFFF })),
            ("an entry that reaches into the directory", Change(Parts[^1].Name, part => part with { CompressedSize = 5000 })),
            ("an entry that reaches into the next one", Change(Module, part => part with { CompressedSize = 200 })),
            ("another number of entries", Build(zip => zip with { Entries = 2 })),
            ("more entries than any package has", Build(zip => zip with { Entries = 100_001, Zip64 = true })),
            ("several disks", Build(zip => zip with { Disk = 1 })),
            ("an entry on another disk", Change(Module, part => part with { Disk = 1 })),
            ("zip64 end elsewhere", Build(zip => zip with { Zip64 = true, Zip64Shift = 1 })),
            ("zip64 size missing", Change(Module, part => part with { Size = uint.MaxValue })),
            ("zip64 sizes twice", Change(Module, part => part with { Extra = [.. RawZip.Bytes(2, 1, 2, 0), .. RawZip.Bytes(2, 1, 2, 0)] })),
            ("zip64 size that is not needed", Change(Module, part => part with { Extra = RawZip.Bytes(2, 1, 2, 8, 8, 7) })),
            ("extra field cut off", Change(Module, part => part with { Extra = RawZip.Bytes(2, 0x5555, 2, 100) })),
            ("a second name in an extra field", Change(Module, part => part with { Extra = RawZip.Bytes(2, 0x7075, 2, 6, 1, 1, 4, 0, 1, 'x') })),
            ("encrypted", Change(Module, part => part with { Flags = 1 })),
            ("bzip2", Change(Module, part => part with { Method = 12 })),
            ("another name before the data", Change(Module, part => part with { LocalName = "bar/__init__.py" })),
            ("another flag before the data", Change(Module, part => part with { LocalFlags = 0x800 })),
            ("another method before the data", Change(Module, part => part with { LocalMethod = 0 })),
            ("no header before the data", Change(Parts[1].Name, part => part with { Offset = 3 })),
            ("another checksum before the data", Change(Module, part => part with { LocalCrc32 = 1 })),
            ("another size before the data", Change(Module, part => part with { LocalSize = 1 })),
            ("wrong checksum", Change(Module, part => part with { Crc32 = 1 })),
            ("smaller size", Change(Module, part => part with { Size = 3 })),
            ("larger size", Change(Module, part => part with { Size = 300 })),
            ("stored with two sizes", Change(Module, part => part with { Method = 0, Size = 3 })),
            ("bytes behind the compressed data", Change(Module, part => part with { Compressed = [.. RawZip.Deflate(part.Content), 0] })),
            ("compressed data cut off", Change(Module, part => part with { Compressed = RawZip.Deflate(part.Content)[..^1] })),
            ("compressed data broken", Change(Module, part => part with { Compressed = [0xFF, 0xFF, 0xFF, 0xFF] })),
            ("wrong descriptor", Change(Module, part => part with { Descriptor = 12, RawDescriptor = new byte[12] })),
            ("descriptor without its signature", Change(Module, part => part with { Descriptor = 16, RawDescriptor = new byte[16] })),
            ("no descriptor", Change(Module, part => part with { Descriptor = 12, RawDescriptor = [] })),
            ("stored with a descriptor", Change(Module, part => part with { Method = 0, Descriptor = 16 })),
            ("name not UTF-8", Add(new ZipPart("x", "") { RawName = [(byte)'x', 0xFF] })),
            ("name not marked as UTF-8", Add(new ZipPart("é", ""))),
            ("no name", Add(new ZipPart("", ""))),
            ("NUL in a name", Add(new ZipPart("a\0b", ""))),
            ("line break in a name", Add(new ZipPart("a\nb", ""))),
            ("backslash", Add(new ZipPart("a\\b", ""))),
            ("absolute path", Add(new ZipPart("/etc/passwd", ""))),
            ("drive letter", Add(new ZipPart("C:/x", ""))),
            ("path out of the folder", Add(new ZipPart("foo/../../x", ""))),
            ("dot in a path", Add(new ZipPart("foo/./x", ""))),
            ("empty segment", Add(new ZipPart("foo//x", ""))),
            ("path too long", Add(new ZipPart(new string('x', 5000), ""))),
            ("one entry twice", Add(new ZipPart(Module, ""))),
            ("file and folder of one name", Add(new ZipPart(Module + "/", ""))),
            ("file within a file", Add(new ZipPart(Module + "/x", ""))),
            ("symbolic link", Change(Module, part => part with { Mode = 0xA1FF })),
            ("device", Change(Module, part => part with { Mode = 0x21FF })),
            ("folder with content", Add(new ZipPart("bar/", "x"))),
            ("bomb", Add(new ZipPart("bomb", new byte[70 * 1024 * 1024]))),
            ("bomb that claims to be small", Add(new ZipPart("bomb", new byte[70 * 1024 * 1024]) { Size = 10 })),
            ("no dist-info", new RawZip([Parts[0]]).Build()),
            ("two dist-infos", Add(new ZipPart("bar-1.0.dist-info/METADATA", "x"))),
            ("dist-info of another project", Rename("bar-1.0.dist-info")),
            ("dist-info without a name", Rename(".dist-info")),
            ("no METADATA", Without("METADATA")),
            ("no WHEEL", Without("WHEEL")),
            ("no RECORD", Without("RECORD")),
            ("METADATA too large", Document("METADATA", new string('x', 9 * 1024 * 1024))),
            ("METADATA larger than it says", Change($"{DistInfo}/METADATA", part => part with { Size = (uint)part.Content.Length - 1 })),
            ("METADATA empty", Document("METADATA", "")),
            ("METADATA without a version", Document("METADATA", "Metadata-Version: 2.1\nName: foo\n")),
            ("Metadata-Version 3", Document("METADATA", "Metadata-Version: 3.0\nName: foo\nVersion: 1.0\n")),
            ("Wheel-Version 2", Document("WHEEL", "Wheel-Version: 2.0\n")),
            ("no Wheel-Version", Document("WHEEL", "Tag: py3-none-any\n\nWheel-Version: 1.0\n")),
            ("WHEEL not UTF-8", Change($"{DistInfo}/WHEEL", part => part with { Content = [0xFF] })),
            ("entry points without a section", Add(new ZipPart($"{DistInfo}/entry_points.txt", "\nfoo = foo:main\n"))),
            ("entry points without a value", Add(new ZipPart($"{DistInfo}/entry_points.txt", "[console_scripts]\n\nfoo\n"))),
            ("RECORD not UTF-8", Change($"{DistInfo}/RECORD", part => part with { Content = [0xFF] })),
        }
        .Select(hostile => new HostileArchive($"wheel: {hostile.Case}", Filename, hostile.Content));

    private static byte[] Build(Func<RawZip, RawZip> change) => change(Zip).Build();

    private static byte[] Change(string name, Func<ZipPart, ZipPart> change) =>
        new RawZip([.. Parts.Select(part => part.Name == name ? change(part) : part)]).Build();

    private static byte[] Add(ZipPart part) => new RawZip([.. Parts, part]).Build();

    private static byte[] Without(string document) => new RawZip([.. Parts.Where(part => part.Name != $"{DistInfo}/{document}")]).Build();

    private static byte[] Document(string name, string text) =>
        Change($"{DistInfo}/{name}", part => part with { Content = Encoding.UTF8.GetBytes(text) });

    private static byte[] Rename(string distInfo) =>
        new RawZip([.. Parts.Select(part => part with { Name = part.Name.Replace(DistInfo, distInfo, StringComparison.Ordinal) })]).Build();

    /// <summary>A stored entry that is the rest of a tar header: its data makes the checksum right.</summary>
    private static byte[] TarAsWell()
    {
        var zip = new RawZip([new ZipPart("tar", new byte[1000]) { Method = 0 }, .. Parts]).Build();
        var sum = zip[..512].Sum(value => value) - zip[148..156].Sum(value => value) + (8 * ' ');
        var checksum = Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        checksum.CopyTo(zip, 148);

        return zip;
    }
}
