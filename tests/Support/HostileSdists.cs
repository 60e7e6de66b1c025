using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Support;

/// <summary>Sdists of foo 1.0 with one thing wrong in each.</summary>
internal static class HostileSdists
{
    private const string TarGz = "foo-1.0.tar.gz";
    private const string Zip = "foo-1.0.zip";

    private static readonly byte[] Sound = Sdists.Build("foo", "1.0").Content;
    private static readonly IReadOnlyList<TarPart> Parts = RawTar.PartsOf(Sound);
    private static readonly IReadOnlyList<ZipPart> ZipParts = RawZip.PartsOf(Sdists.Build("foo", "1.0", zip: true).Content);
    private static readonly byte[] Tar = RawTar.Build(Parts);

    public static IEnumerable<HostileArchive> All =>
        new (string Case, string Filename, byte[] Content)[]
        {
            ("empty file", TarGz, []),
            ("text", TarGz, Encoding.UTF8.GetBytes(new string('x', 1000))),
            ("tar that is not compressed", TarGz, Tar),
            ("zip under the name of a tar.gz", TarGz, new RawZip(ZipParts).Build()),
            ("tar.gz under the name of a zip", Zip, Sound),
            ("gzip cut in the middle", TarGz, Sound[..(Sound.Length / 2)]),
            ("gzip cut by a byte", TarGz, Sound[..^1]),
            ("gzip cut to its header", TarGz, [.. Sound[..10], .. new byte[8]]),
            ("gzip header cut off", TarGz, [.. Sound[..3], 8, .. Enumerable.Repeat((byte)1, 100)]),
            ("gzip of an unknown kind", TarGz, [.. Sound[..3], 0x80, .. Sound[4..]]),
            ("bytes behind the gzip", TarGz, [.. Sound, 1]),
            ("a second gzip behind", TarGz, [.. Sound, .. Sound]),
            ("gzip checksum wrong", TarGz, [.. Sound[..^8], 0, 0, 0, 0, .. Sound[^4..]]),
            ("gzip size wrong", TarGz, [.. Sound[..^4], 0, 0, 0, 0]),
            ("gzip data broken", TarGz, [.. Sound[..10], .. Enumerable.Repeat((byte)0xFF, 100)]),
            ("zip as well", TarGz, ZipAsWell()),
            ("empty gzip", TarGz, RawTar.Gzip()),
            ("no tar", TarGz, RawTar.Gzip(Encoding.UTF8.GetBytes(new string('x', 1024)))),
            ("empty tar", TarGz, RawTar.Gzip(new byte[1024])),
            ("tar cut in a block", TarGz, RawTar.Gzip(Tar[..700])),
            ("tar cut in data", TarGz, RawTar.Gzip(Tar[..512])),
            ("bytes behind the tar", TarGz, RawTar.Gzip([.. Tar, .. Tar])),
            ("header checksum wrong", TarGz, Add(new TarPart("foo-1.0/x") { ChecksumShift = 1 })),
            ("size of exabytes", TarGz, Add(new TarPart("foo-1.0/x") { Size = long.MaxValue })),
            ("two folders", TarGz, Add(new TarPart("bar-1.0/x"))),
            ("folder of another project", TarGz, Rename("bar-1.0")),
            ("file outside of the folder", TarGz, Add(new TarPart("setup.py"))),
            ("file in the place of the folder", TarGz, Add(new TarPart("foo-1.0"))),
            ("no PKG-INFO", TarGz, Build(Parts.Skip(1))),
            ("PKG-INFO twice", TarGz, Add(Parts[0])),
            ("PKG-INFO is a link", TarGz, Build([new TarPart("foo-1.0/PKG-INFO") { Type = '2', LinkName = "x" }, .. Parts.Skip(1)])),
            ("PKG-INFO too large", TarGz, Build([Parts[0] with { Content = new byte[9 * 1024 * 1024] }])),
            ("PKG-INFO empty", TarGz, Build([Parts[0] with { Content = [] }])),
            ("Metadata-Version 3", TarGz, Metadata("Metadata-Version: 3.0\nName: foo\nVersion: 1.0\n")),
            ("path out of the folder", TarGz, Add(new TarPart("foo-1.0/../../x"))),
            ("absolute path", TarGz, Add(new TarPart("/etc/passwd"))),
            ("absolute path of a folder", TarGz, Add(new TarPart("/etc/") { Type = '5' })),
            ("drive letter", TarGz, Add(new TarPart("C:foo-1.0/x"))),
            ("backslash", TarGz, Add(new TarPart("foo-1.0/..\\x"))),
            ("line break in a name", TarGz, Add(new TarPart("foo-1.0/a\nb"))),
            ("file that ends in a slash", TarGz, Add(new TarPart("foo-1.0/x/"))),
            ("name not UTF-8", TarGz, RawTar.Gzip(NotUtf8())),
            ("path too long", TarGz, Add(TarPart.LongName("foo-1.0/" + new string('x', 5000)), new TarPart("x"))),
            ("absolute link", TarGz, Add(new TarPart("foo-1.0/x") { Type = '2', LinkName = "/etc/passwd" })),
            ("link out of the folder", TarGz, Add(new TarPart("foo-1.0/a/x") { Type = '2', LinkName = "../../etc/passwd" })),
            ("link to the outer folder", TarGz, Add(new TarPart("foo-1.0/x") { Type = '2', LinkName = ".." })),
            ("link that steps up behind a name", TarGz, Add(new TarPart("foo-1.0/x") { Type = '2', LinkName = "a/../../y" })),
            ("link to nothing", TarGz, Add(new TarPart("foo-1.0/x") { Type = '2' })),
            ("hard link out of the folder", TarGz, Add(new TarPart("foo-1.0/x") { Type = '1', LinkName = "../etc/passwd" })),
            ("hard link to what comes later", TarGz, Add(new TarPart("foo-1.0/x") { Type = '1', LinkName = "foo-1.0/y" }, new TarPart("foo-1.0/y"))),
            ("hard link to a link", TarGz, Add(new TarPart("foo-1.0/x") { Type = '2', LinkName = "y" }, new TarPart("foo-1.0/z") { Type = '1', LinkName = "foo-1.0/x" })),
            ("file through a link", TarGz, Add(new TarPart("foo-1.0/x") { Type = '2', LinkName = "y" }, new TarPart("foo-1.0/x/z"))),
            ("file before the link it goes through", TarGz, Add(new TarPart("foo-1.0/x/z"), new TarPart("foo-1.0/x") { Type = '2', LinkName = "y" })),
            ("file over a link", TarGz, Add(new TarPart("foo-1.0/x") { Type = '2', LinkName = "y" }, new TarPart("foo-1.0/x"))),
            ("file within a file", TarGz, Add(new TarPart("foo-1.0/x"), new TarPart("foo-1.0/x-y"), new TarPart("foo-1.0/x/y"))),
            ("file over a folder", TarGz, Add(new TarPart("foo-1.0/x/") { Type = '5' }, new TarPart("foo-1.0/x"))),
            ("folder with content", TarGz, Add(new TarPart("foo-1.0/x/", "y") { Type = '5' })),
            ("fifo", TarGz, Add(new TarPart("foo-1.0/x") { Type = '6' })),
            ("device", TarGz, Add(new TarPart("foo-1.0/x") { Type = '3' })),
            ("sparse file", TarGz, Add(new TarPart("foo-1.0/x") { Type = 'S' })),
            ("sparse file of pax", TarGz, Add(TarPart.Pax("GNU.sparse.major=1"), new TarPart("foo-1.0/x"))),
            ("type that nobody knows", TarGz, Add(new TarPart("foo-1.0/x") { Type = 'Z' })),
            ("header of a backup", TarGz, Add(new TarPart("foo-1.0/x") { Magic = "ustar  \0", Prefix = "13614632000" })),
            ("long name of megabytes", TarGz, Add(TarPart.LongName(new string('x', 2 * 1024 * 1024)), new TarPart("foo-1.0/x"))),
            ("extended header of megabytes", TarGz, Add(TarPart.Pax("comment=" + new string('x', 2 * 1024 * 1024)), new TarPart("foo-1.0/x"))),
            ("extended header that claims gigabytes", TarGz, RawTar.Gzip([.. RawTar.Header(TarPart.Pax() with { Size = 2_000_000_000 }), .. Tar])),
            ("extended header malformed", TarGz, Add(TarPart.Pax() with { Content = "99 path=x\n"u8.ToArray() }, new TarPart("foo-1.0/x"))),
            ("extended header without a value", TarGz, Add(TarPart.Pax("path"), new TarPart("foo-1.0/x"))),
            ("path twice in a header", TarGz, Add(TarPart.Pax("path=foo-1.0/y", "path=foo-1.0/z"), new TarPart("foo-1.0/x"))),
            ("two long names", TarGz, Add(TarPart.LongName("foo-1.0/y"), TarPart.LongName("foo-1.0/z"), new TarPart("foo-1.0/x"))),
            ("long name and pax path", TarGz, Add(TarPart.LongName("foo-1.0/y"), TarPart.Pax("path=foo-1.0/z"), new TarPart("foo-1.0/x"))),
            ("two sizes", TarGz, Add(TarPart.Pax("size=512"), new TarPart("foo-1.0/x", "y"))),
            ("size that is no number", TarGz, Add(TarPart.Pax("size=-1"), new TarPart("foo-1.0/x", "y"))),
            ("path for all", TarGz, Build([TarPart.Global("path=foo-1.0/x"), .. Parts])),
            ("long name of nothing", TarGz, Build([.. Parts, TarPart.LongName("foo-1.0/y")])),
            ("bomb", TarGz, Add(new TarPart("foo-1.0/bomb", new byte[70 * 1024 * 1024]))),
            ("bomb behind the end", TarGz, RawTar.Gzip([.. Tar, .. new byte[70 * 1024 * 1024]])),
            ("zip with another folder", Zip, new RawZip([.. ZipParts, new ZipPart("bar/x", "")]).Build()),
            ("zip with a link", Zip, new RawZip([.. ZipParts, new ZipPart("foo-1.0/x", "/etc/passwd") { Mode = 0xA1FF }]).Build()),
            ("zip without PKG-INFO", Zip, new RawZip([.. ZipParts.Skip(1)]).Build()),
            ("zip with a broken file", Zip, new RawZip([.. ZipParts, new ZipPart("foo-1.0/x", "x") { Crc32 = 1 }]).Build()),
        }
        .Select(hostile => new HostileArchive($"sdist: {hostile.Case}", hostile.Filename, hostile.Content));

    private static byte[] Build(IEnumerable<TarPart> parts) => RawTar.Gzip(RawTar.Build(parts));

    private static byte[] Add(params TarPart[] parts) => Build([.. Parts, .. parts]);

    private static byte[] Rename(string folder) =>
        Build(Parts.Select(part => part with { Name = part.Name.Replace("foo-1.0", folder, StringComparison.Ordinal) }));

    private static byte[] Metadata(string text) => Build([Parts[0] with { Content = Encoding.UTF8.GetBytes(text) }, .. Parts.Skip(1)]);

    private static byte[] NotUtf8()
    {
        var tar = RawTar.Build([.. Parts, new TarPart("foo-1.0/x")]);
        var name = tar.AsSpan().LastIndexOf("foo-1.0/x"u8);
        tar[name + 8] = 0xFF;
        // The checksum is the first field that a reader looks at.
        tar[name + 153] = 0;
        var sum = tar.AsSpan(name, 512).ToArray().Sum(value => value) - tar.AsSpan(name + 148, 8).ToArray().Sum(value => value) + (8 * ' ');
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(tar, name + 148);

        return tar;
    }

    /// <summary>A gzip file with a zip archive, as it is, in a stored block: what follows it looks like its comment to lenient readers.</summary>
    private static byte[] ZipAsWell()
    {
        var zip = new RawZip([new ZipPart("evil.py", "x") { Method = 0 }]).Build();
        var tar = RawTar.Build([.. Parts, new TarPart("foo-1.0/zip", zip)]);
        var block = new byte[] { 1, (byte)tar.Length, (byte)(tar.Length >> 8), (byte)~tar.Length, (byte)(~tar.Length >> 8) };
        var gzip = RawTar.Gzip(tar);

        return [.. gzip[..10], .. block, .. tar, .. gzip[^8..]];
    }
}
