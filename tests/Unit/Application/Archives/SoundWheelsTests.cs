using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Archives;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Archives;

public class SoundWheelsTests
{
    private const string Filename = "foo-1.0-py3-none-any.whl";
    private const string DistInfo = "foo-1.0.dist-info";
    private const string Metadata = "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n";

    private static readonly IReadOnlyList<ZipPart> Parts = RawZip.PartsOf(Wheels.Build("foo", "1.0").Content);

    private static readonly Dictionary<string, byte[]> Shapes = new()
    {
        ["as the framework writes it"] = Wheels.Build("foo", "1.0").Content,
        ["stored only"] = Each(part => part with { Method = 0 }),
        ["descriptors of 12 bytes"] = Each(part => part with { Descriptor = 12 }),
        ["descriptors of 16 bytes"] = Each(part => part with { Descriptor = 16 }),
        ["descriptors of 20 bytes"] = Each(part => part with { Descriptor = 20 }),
        ["descriptors of 24 bytes"] = Each(part => part with { Descriptor = 24 }),
        ["zip64 end"] = new RawZip(Parts) { Zip64 = true }.Build(),
        ["zip64 sizes"] = Each(part =>
        {
            var sizes = RawZip.Bytes(2, 1, 2, 16, 8, part.Content.Length, 8, RawZip.Deflate(part.Content).Length);

            return part with { Size = uint.MaxValue, CompressedSize = uint.MaxValue, Extra = sizes, LocalExtra = sizes };
        }),
        ["zip64 offset that would have fit"] = new RawZip([Parts[0] with { Extra = RawZip.Bytes(2, 1, 2, 8, 8, 0) }, .. Parts.Skip(1)]).Build(),
        ["extra fields"] = Each(part => part with { Extra = RawZip.Bytes(2, 0x7875, 2, 2, 2, 0), LocalExtra = RawZip.Bytes(2, 0x5455, 2, 0) }),
        ["extra bytes that are no field"] = Each(part => part with { Extra = RawZip.Bytes(2, 0x7875, 2, 2, 2, 0, 1, 0), LocalExtra = RawZip.Bytes(2, 0, 1, 0) }),
        ["a comment"] = new RawZip(Parts) { Comment = "0123456789abcdef"u8.ToArray() }.Build(),
        ["no modes"] = Each(part => part with { Mode = 0 }),
        ["folders"] = Recorded([.. Parts, new ZipPart("foo/", "") { Mode = 0x41ED, Method = 0 }, new ZipPart($"{DistInfo}/", "")]),
        ["an empty file that is deflated to nothing"] = Recorded([.. Parts, new ZipPart("foo/py.typed", "") { Compressed = [] }]),
        ["a name in UTF-8"] = Recorded([.. Parts, new ZipPart("foo/é, \"ü\".py", "x") { Flags = 0x800 }]),
        ["a distribution within"] = Recorded([.. Parts, new ZipPart("foo/_vendor/bar-1.0.dist-info/METADATA", "x")]),
        ["entry points"] = Recorded([.. Parts, new ZipPart(
            $"{DistInfo}/entry_points.txt", "\n# x\n    [console_scripts]\n    foo = foo:main\n      [extra]\n\n[a.b]\nc: d\n; y\n")]),
        ["as large as one likes where it does not compress"] = Wheels.Build("foo", "1.0", payload: 3_000_000, random: true).Content,
        ["zeros within bounds"] = Wheels.Build("foo", "1.0", payload: 60 * 1024 * 1024).Content,
        ["a signed RECORD"] = Recorded([.. Parts, new ZipPart($"{DistInfo}/RECORD.jws", "x")]),
        ["Metadata-Version 2.5"] = WithMetadata(Metadata.Replace("2.1", "2.5", StringComparison.Ordinal)),
        ["Metadata-Version 2.6"] = WithMetadata(Metadata.Replace("2.1", "2.6", StringComparison.Ordinal)),
        ["Metadata-Version 1.0"] = WithMetadata(Metadata.Replace("2.1", "1.0", StringComparison.Ordinal)),
        ["license files"] = WithMetadata(
            Metadata.Replace("2.1", "2.4", StringComparison.Ordinal) + "License-File: LICENSE\nLicense-File: a/b\n",
            new ZipPart($"{DistInfo}/licenses/LICENSE", "x"),
            new ZipPart($"{DistInfo}/licenses/a/b", "x")),
        ["license files where they lay before they were standard"] = WithMetadata(Metadata + "License-File: LICENSE\n", new ZipPart($"{DistInfo}/LICENSE", "x")),
    };

    public static TheoryData<string> Names => [.. Shapes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sound_wheel_is_accepted(string shape)
    {
        using var file = new ArchiveFile(Filename, Shapes[shape]);

        var inspected = file.Inspect();

        Assert.Null(inspected.Failure?.Message);
        Assert.Null(inspected.Value.RecordDifference);
        Assert.Null(inspected.Value.Irregularity);
        Assert.Equal("foo", inspected.Value.Metadata.Name);
        Assert.Equal(RawZip.PartsOf(Shapes[shape]).Single(part => part.Name == $"{DistInfo}/METADATA").Content, inspected.Value.Document);
        Assert.Equal(inspected.Value.Document, file.TryReadMetadata());
    }

    [Theory]
    [InlineData("Foo.Bar-1.0", "foo_bar-1.0-py3-none-any.whl")]
    [InlineData("foo_bar-1.0.0", "Foo.Bar-1.0-py3-none-any.whl")]
    [InlineData("foo-bar-1.0", "foo_bar-1.0-py3-none-any.whl")]
    [InlineData("foo_bar-1.0_1", "foo_bar-1.0.post1-py3-none-any.whl")]
    [InlineData("foo_bar-1.0+loc.1", "foo_bar-1.0+loc.1-1-py3-none-any.whl")]
    public void The_dist_info_folder_may_be_spelled_in_any_way(string release, string filename)
    {
        using var file = new ArchiveFile(filename, Recorded(
            [.. Parts.Select(part => part with { Name = part.Name.Replace("foo-1.0", release, StringComparison.Ordinal) })], $"{release}.dist-info"));

        Assert.Null(file.Inspect().Failure?.Message);
        Assert.NotNull(file.TryReadMetadata());
    }

    [Theory]
    [InlineData("", "does not list \"foo/__init__.py\"")]
    [InlineData("{init},,\n", "has no digest of \"foo/__init__.py\"")]
    [InlineData("{init},md5=x,{size}\n", "has no digest of \"foo/__init__.py\"")]
    [InlineData("{init},sha256=AAAA,{size}\n", "has another digest of \"foo/__init__.py\"")]
    [InlineData("{init},sha256={sha256},7\n", "has another size of \"foo/__init__.py\"")]
    [InlineData("{init},sha256={sha256},{size}\ngone.py,,\n", "lists \"gone.py\", which is not in the wheel")]
    [InlineData("{init},sha256={sha256},{size}\nfoo,,\n", "lists \"foo\", which is not in the wheel")]
    [InlineData("{init},sha256={sha256},{size}\n{init},,\n", "lists \"foo/__init__.py\" more than once")]
    [InlineData("foo/__init__.py,x\n", "is malformed in its row 3")]
    [InlineData("{init}\n", "is malformed in its row 3")]
    [InlineData("{init},sha256={sha256},{size},\n", "is malformed in its row 3")]
    [InlineData("foo/a,b.py,sha256={sha256},{size}\n", "is malformed in its row 3")]
    [InlineData("{init},sha256={sha256},-1\n", "is malformed in its row 3")]
    [InlineData("{init},=x,{size}\n", "is malformed in its row 3")]
    [InlineData(",,\n", "is malformed in its row 3")]
    [InlineData("\"{init},,\n", "is malformed: it has a quote that is not closed")]
    [InlineData("\"foo\"/x,,\n", "is malformed: it has text behind a quoted field")]
    [InlineData("{init},sha256={sha256},{size}\n", null)]
    [InlineData("{init},sha256={sha256}=,\r\n\r\n", null)]
    [InlineData("\"{init}\",SHA256={sha256},{size}\r", null)]
    [InlineData("{init},sha512={sha512},{size}\n", null)]
    public void A_difference_between_RECORD_and_the_files_is_told(string row, string? difference)
    {
        var init = Parts[0];
        row = row
            .Replace("{init}", init.Name, StringComparison.Ordinal)
            .Replace("{size}", $"{init.Content.Length}", StringComparison.Ordinal)
            .Replace("{sha256}", Base64(SHA256.HashData(init.Content)), StringComparison.Ordinal)
            .Replace("{sha512}", Base64(SHA512.HashData(init.Content)), StringComparison.Ordinal);
        var others = string.Concat(Parts.Skip(1).Where(part => !part.Name.EndsWith("RECORD", StringComparison.Ordinal)).Select(Row));
        using var file = new ArchiveFile(Filename, With($"{DistInfo}/RECORD", others + row));

        var inspected = file.Inspect().Value;

        Assert.Equal(difference is not null, inspected.RecordDifference?.EndsWith('.') ?? false);
        Assert.StartsWith($"RECORD {difference}", inspected.RecordDifference ?? "RECORD ", StringComparison.Ordinal);
        Assert.Null(inspected.Irregularity);
    }

    [Fact]
    public void Of_a_malformed_RECORD_every_file_is_read_all_the_same()
    {
        var parts = RawZip.PartsOf(With($"{DistInfo}/RECORD", "foo\n"));
        using var file = new ArchiveFile(Filename, new RawZip([parts[0] with { Crc32 = 1 }, .. parts.Skip(1)]).Build());

        Assert.Equal("The entry \"foo/__init__.py\" is damaged: its checksum (CRC) is wrong.", file.Inspect().Failure?.Message);
    }

    [Theory]
    [InlineData("WHEEL", "Wheel-Version: 0.1\n", "The wheel is of Wheel-Version 0.1, from before there was a standard")]
    [InlineData("WHEEL", "wheel-version:0\nTag: py3-none-any\n", "The wheel is of Wheel-Version 0, from before")]
    [InlineData("WHEEL", "Wheel-Version: 1.9\r\n", null)]
    [InlineData("WHEEL", "Wheel-Version: 1", null)]
    [InlineData("WHEEL", "Generator: x\nWheel-Version: 1.0.0", null)]
    [InlineData("METADATA", "Metadata-Version: 2.4\nName: foo\nVersion: 1.0\nLicense-File: LICENSE\n", "The metadata names the license file \"LICENSE\", and there is no")]
    public void What_installers_take_and_no_specification_allows_is_told(string document, string text, string? irregularity)
    {
        using var file = new ArchiveFile(Filename, Recorded(RawZip.PartsOf(With($"{DistInfo}/{document}", text))));

        AssertIrregular(irregularity, file.Inspect());
    }

    [Theory]
    [InlineData("foo-1.1.dist-info", "The wheel's folder \"foo-1.1.dist-info\" is named after another version than 1.0.")]
    [InlineData("foo.dist-info", "The wheel's folder \"foo.dist-info\" is named after another version than 1.0.")]
    [InlineData("FOO-1.0.0.dist-info", null)]
    public void A_folder_of_another_version_is_told(string distInfo, string? irregularity)
    {
        using var file = new ArchiveFile(Filename, Recorded(
            [.. Parts.Select(part => part with { Name = part.Name.Replace(DistInfo, distInfo, StringComparison.Ordinal) })], distInfo));

        AssertIrregular(irregularity, file.Inspect());
        Assert.NotNull(file.TryReadMetadata());
    }

    [Fact]
    public void A_wheel_is_not_read_on_when_nobody_waits_any_more()
    {
        using var file = new ArchiveFile(Filename, Shapes["stored only"]);

        Assert.Throws<OperationCanceledException>(() => file.Inspect(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_file_that_is_gone_is_no_bad_archive()
    {
        var file = new ArchiveFile(Filename, []);
        file.Dispose();

        Assert.Throws<FileNotFoundException>(() => file.Inspect());
    }

    private static void AssertIrregular(string? irregularity, Outcome<InspectedArchive> inspected)
    {
        Assert.Null(inspected.Failure?.Message);
        Assert.Null(inspected.Value.RecordDifference);
        Assert.Equal(irregularity is not null, inspected.Value.Irregularity?.EndsWith('.') ?? false);
        Assert.StartsWith(irregularity ?? "", inspected.Value.Irregularity ?? "", StringComparison.Ordinal);
    }

    private static byte[] Each(Func<ZipPart, ZipPart> change) => new RawZip([.. Parts.Select(change)]).Build();

    private static byte[] With(string name, string text) =>
        Each(part => part.Name == name ? part with { Content = Encoding.UTF8.GetBytes(text) } : part);

    private static byte[] WithMetadata(string text, params ZipPart[] more) =>
        Recorded([.. RawZip.PartsOf(With($"{DistInfo}/METADATA", text)), .. more]);

    /// <summary>With a RECORD that lists them all.</summary>
    private static byte[] Recorded(IReadOnlyList<ZipPart> parts, string distInfo = DistInfo)
    {
        var rows = string.Concat(parts.Where(part => !part.Name.EndsWith('/') && !part.Name.Contains("/RECORD", StringComparison.Ordinal)).Select(Row));

        return new RawZip([.. parts.Select(part =>
            part.Name == $"{distInfo}/RECORD" ? part with { Content = Encoding.UTF8.GetBytes($"{rows}{part.Name},,\n") } : part)]).Build();
    }

    private static string Row(ZipPart part) =>
        $"\"{part.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",sha256={Base64(SHA256.HashData(part.Content))},{part.Content.Length}\n";

    private static string Base64(byte[] digest) => Convert.ToBase64String(digest).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
