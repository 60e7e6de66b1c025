using System.Formats.Tar;
using System.Text;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Archives;

public class SoundSdistsTests
{
    private const string Metadata = "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n";

    private static readonly string Long = string.Join('/', Enumerable.Repeat(new string('x', 60), 5));
    private static readonly IReadOnlyList<TarPart> Parts = RawTar.PartsOf(Sdists.Build("foo", "1.0").Content);
    private static readonly byte[] Tar = RawTar.Build(Parts);

    private static readonly Dictionary<string, byte[]> Shapes = new()
    {
        ["ustar as the framework writes it"] = Sdists.Build("foo", "1.0").Content,
        ["v7 as the framework writes it"] = Written(TarEntryFormat.V7, "foo-1.0/src/x"),
        ["pax as the framework writes it"] = Written(TarEntryFormat.Pax, $"foo-1.0/{Long}/é"),
        ["GNU as the framework writes it"] = Written(TarEntryFormat.Gnu, $"foo-1.0/{Long}"),
        ["a prefix"] = Add(new TarPart("x") { Prefix = "foo-1.0/y" }),
        ["a long name of GNU"] = Add(TarPart.LongName($"foo-1.0/{Long}"), new TarPart("foo-1.0/xxx", "x")),
        ["a long link of GNU"] = Add(
            new TarPart("foo-1.0/x"),
            TarPart.LongName("./foo-1.0/x") with { Type = 'K' },
            TarPart.LongName("foo-1.0/y"),
            new TarPart("foo-1.0/z") { Type = '1', LinkName = "z" }),
        ["a path of pax"] = Add(TarPart.Pax("mtime=1.5", "path=foo-1.0/é", "size=1"), new TarPart("foo-1.0/e", "x")),
        ["the global header of Git"] = RawTar.Gzip(RawTar.Build([TarPart.Global("comment=0123456789abcdef0123456789abcdef01234567"), .. Parts])),
        ["a dot before all"] = RawTar.Gzip(RawTar.Build(
            [new TarPart("./") { Type = '5' }, new TarPart("./foo-1.0/") { Type = '5' }, .. Parts.Select(part => part with { Name = "./" + part.Name })])),
        ["folders of old"] = Add(new TarPart("foo-1.0/x/") { Type = '\0', Magic = "" }, new TarPart("foo-1.0/x/y") { Type = '\0', Magic = "" }),
        ["folders twice"] = Add(new TarPart("foo-1.0/") { Type = '5' }, new TarPart("foo-1.0") { Type = '5' }),
        ["a file twice"] = Add(new TarPart("foo-1.0/x", "a"), new TarPart("foo-1.0/x", "b")),
        ["no end"] = RawTar.Gzip(RawTar.Members(Parts)),
        ["half an end"] = RawTar.Gzip([.. RawTar.Members(Parts), .. new byte[512]]),
        ["a record of padding"] = RawTar.Gzip([.. Tar, .. new byte[10240]]),
        ["links within"] = Add(
            new TarPart("foo-1.0/a/b", "x"),
            new TarPart("foo-1.0/a/c") { Type = '2', LinkName = "../a/b" },
            new TarPart("foo-1.0/a/d") { Type = '2', LinkName = "./b" },
            new TarPart("foo-1.0/a/e") { Type = '2', LinkName = ".." },
            new TarPart("foo-1.0/f") { Type = '2', LinkName = "a/" },
            new TarPart("foo-1.0/g") { Type = '1', LinkName = "foo-1.0/a/b" }),
        ["a size in binary"] = RawTar.Gzip([.. RawTar.Members(Parts), .. BinarySize(), .. new byte[1024]]),
        ["gzip with all fields"] = AllFields(),
        ["license files"] = WithMetadata(
            Metadata.Replace("2.1", "2.4", StringComparison.Ordinal) + "License-File: LICENSE\n", new TarPart("foo-1.0/LICENSE")),
        ["Metadata-Version 2.6"] = WithMetadata(Metadata.Replace("2.1", "2.6", StringComparison.Ordinal)),
        ["Metadata-Version 1.0"] = WithMetadata(Metadata.Replace("2.1", "1.0", StringComparison.Ordinal)),
        ["zeros within bounds"] = Add(new TarPart("foo-1.0/zeros", new byte[60 * 1024 * 1024])),
    };

    public static TheoryData<string> Names => [.. Shapes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sound_sdist_is_accepted(string shape)
    {
        using var file = new ArchiveFile("foo-1.0.tar.gz", Shapes[shape]);

        var inspected = file.Inspect();

        Assert.Null(inspected.Failure?.Message);
        Assert.Null(inspected.Value.RecordDifference);
        Assert.Null(inspected.Value.Irregularity);
        Assert.Equal("foo", inspected.Value.Metadata.Name);
        Assert.Equal(inspected.Value.Document, file.TryReadMetadata());
    }

    [Theory]
    [InlineData("folder of another version", "The folder \"foo-2.0\" in the sdist is not named foo-1.0.")]
    [InlineData("folder without a version", "The folder \"Foo\" in the sdist is not named foo-1.0.")]
    [InlineData("license file missing", "The metadata names the license file \"LICENSE\", and there is no \"foo-1.0/LICENSE\".")]
    [InlineData("not UTF-8", "PKG-INFO in the sdist is not UTF-8.")]
    public void What_installers_take_and_no_specification_allows_is_told(string what, string irregularity)
    {
        var content = what switch
        {
            "folder of another version" => In("foo-2.0"),
            "folder without a version" => In("Foo"),
            "license file missing" => WithMetadata(Metadata.Replace("2.1", "2.4", StringComparison.Ordinal) + "License-File: LICENSE\n"),
            _ => RawTar.Gzip(RawTar.Build([Parts[0] with { Content = [.. Parts[0].Content, 0xE9] }, .. Parts.Skip(1)])),
        };
        using var file = new ArchiveFile("foo-1.0.tar.gz", content);

        var inspected = file.Inspect();

        Assert.Null(inspected.Failure?.Message);
        Assert.Equal(irregularity, inspected.Value.Irregularity);
        Assert.NotNull(file.TryReadMetadata());
    }

    [Fact]
    public void A_zip_is_accepted_as_projects_had_them_of_old()
    {
        var sdist = Sdists.Build("foo", "1.0", zip: true);
        using var file = new ArchiveFile(sdist.Filename, sdist.Content);

        Assert.Equal(sdist.Metadata, file.Inspect().Value.Document);
        Assert.Equal(sdist.Metadata, file.TryReadMetadata());
    }

    [Theory]
    [InlineData("Foo.Bar-1.0", "Foo.Bar-1.0.tar.gz")]
    [InlineData("foo-bar-1.0.0", "foo_bar-1.0.tar.gz")]
    [InlineData("Foo_Bar-1.0", "foo-bar-1.0.tar.gz")]
    [InlineData("foo_bar-1.0-1", "foo_bar-1.0.post1.tar.gz")]
    [InlineData("foo_bar-v1.0RC1", "foo_bar-1.0rc1.tar.gz")]
    public void The_folder_may_be_spelled_in_any_way(string folder, string filename)
    {
        using var file = new ArchiveFile(filename, In(folder));

        Assert.Null(file.Inspect().Failure?.Message);
    }

    [Fact]
    public void Metadata_far_behind_is_not_looked_for_in_a_hurry()
    {
        using var near = new ArchiveFile("foo-1.0.tar.gz", Behind(1024 * 1024));
        using var far = new ArchiveFile("foo-1.0.tar.gz", Behind(50 * 1024 * 1024));

        Assert.NotNull(near.TryReadMetadata());
        Assert.Null(far.TryReadMetadata());
        Assert.Null(far.Inspect().Failure?.Message);
    }

    private static byte[] Behind(int bytes) => RawTar.Gzip(RawTar.Build([new TarPart("foo-1.0/a", new byte[bytes]), .. Parts]));

    private static byte[] In(string folder) =>
        RawTar.Gzip(RawTar.Build(Parts.Select(part => part with { Name = part.Name.Replace("foo-1.0", folder, StringComparison.Ordinal) })));

    private static byte[] Add(params TarPart[] parts) => RawTar.Gzip(RawTar.Build([.. Parts, .. parts]));

    private static byte[] WithMetadata(string text, params TarPart[] more) =>
        RawTar.Gzip(RawTar.Build([Parts[0] with { Content = Encoding.UTF8.GetBytes(text) }, .. Parts.Skip(1), .. more]));

    private static byte[] Written(TarEntryFormat format, string path)
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, format, leaveOpen: true))
        {
            foreach (var part in (TarPart[])[.. Parts, new TarPart(path, "x")])
            {
                var type = format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile;
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, part.Name),
                    TarEntryFormat.Gnu => new GnuTarEntry(type, part.Name),
                    _ => new PaxTarEntry(type, part.Name),
                };
                entry.DataStream = new MemoryStream(part.Content);
                tar.WriteEntry(entry);
            }
        }

        return RawTar.Gzip(bytes.ToArray());
    }

    private static byte[] BinarySize()
    {
        var header = RawTar.Header(new TarPart("foo-1.0/x"));
        Assert.Equal((byte)'0', header[134]);
        var sum = header[124..135].Sum(value => value);
        new byte[] { 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }.CopyTo(header, 124);
        var checksum = Convert.ToInt32(Encoding.ASCII.GetString(header, 148, 6), 8) - sum + 0x80;
        Encoding.ASCII.GetBytes(Convert.ToString(checksum, 8).PadLeft(6, '0')).CopyTo(header, 148);

        return header;
    }

    /// <summary>RFC 1952: extra field, name, comment and a checksum of the header.</summary>
    private static byte[] AllFields()
    {
        var gzip = RawTar.Gzip(Tar);

        return [.. gzip[..3], 0x1F, .. gzip[4..10], 4, 0, 1, 2, 3, 4, .. "name\0comment\0"u8, 5, 6, .. gzip[10..]];
    }
}
