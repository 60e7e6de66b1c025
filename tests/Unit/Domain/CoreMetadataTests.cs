using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class CoreMetadataTests
{
    private const string Minimal = "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void A_document_is_read_whatever_ends_its_lines(string lineEnd)
    {
        var metadata = Parse(
            """
            Metadata-Version: 2.4
            Name: My.Pkg
            Version: 01.0
            Summary: A package: with a colon
            Requires-Python: >=3.8,<4
            Classifier: Private :: Do Not Upload
            classifier: Topic :: Software Development
            Requires-Dist: requests (>=2.0)

            # Heading

            Name: not a field
            """.ReplaceLineEndings(lineEnd));

        Assert.Equal("2.4", metadata.MetadataVersion);
        Assert.Equal("My.Pkg", metadata.Name);
        Assert.Equal("01.0", metadata.Version);
        Assert.Equal("A package: with a colon", metadata.Summary);
        Assert.Equal(">=3.8,<4", metadata.RequiresPython);
        Assert.Equal(["Private :: Do Not Upload", "Topic :: Software Development"], metadata.All("CLASSIFIER"));
        Assert.Equal(["requests (>=2.0)"], metadata.All("Requires-Dist"));
        Assert.Equal($"# Heading{lineEnd}{lineEnd}Name: not a field", metadata.Description);
    }

    [Fact]
    public void What_is_missing_is_absent()
    {
        var metadata = Parse(Minimal);

        Assert.Null(metadata.Summary);
        Assert.Null(metadata.RequiresPython);
        Assert.Null(metadata.Description);
        Assert.Empty(metadata.All("Classifier"));
    }

    [Fact]
    public void UNKNOWN_and_nothing_are_absent()
    {
        var metadata = Parse(Minimal + "Summary: UNKNOWN\nRequires-Python:\nPlatform: UNKNOWN\nPlatform: any\nDescription: UNKNOWN\n\n");

        Assert.Null(metadata.Summary);
        Assert.Null(metadata.RequiresPython);
        Assert.Null(metadata.Description);
        Assert.Equal(["any"], metadata.All("Platform"));
    }

    [Theory]
    [InlineData("Description: one\n       |two\n       |\n       |    four\n", "one\ntwo\n\n    four")]
    [InlineData("Description: one\n        two\n        \n            four\n", "one\ntwo\n\n    four")]
    [InlineData("Description: one  \n\ttwo\n", "one  \ntwo")]
    [InlineData("DESCRIPTION: one\r\n        two\r\n", "one\ntwo")]
    [InlineData("Description:\n        one\n", "one")]
    public void A_folded_description_keeps_its_lines(string field, string expected) =>
        Assert.Equal(expected, Parse(Minimal + field + "Keywords: x\n").Description);

    [Fact]
    public void A_folded_license_keeps_its_lines() =>
        Assert.Equal(["MIT\n\nPermission"], Parse(Minimal + "License: MIT\n        \n        Permission\n").All("License"));

    [Fact]
    public void Another_folded_field_is_one_line() =>
        Assert.Equal(">=3.8, <4", Parse(Minimal + "Requires-Python: >=3.8,\n   <4\n").RequiresPython);

    [Fact]
    public void The_body_goes_before_the_field() =>
        Assert.Equal("body\n", Parse(Minimal + "Description: field\n\nbody\n").Description);

    [Fact]
    public void A_line_that_is_no_field_begins_the_body()
    {
        var metadata = Parse(Minimal + "no field\nSummary: hidden\n");

        Assert.Null(metadata.Summary);
        Assert.Equal("no field\nSummary: hidden\n", metadata.Description);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("1.2")]
    [InlineData("2.0")]
    [InlineData("2.1")]
    [InlineData("2.2")]
    [InlineData("2.3")]
    [InlineData("2.4")]
    [InlineData("2.5")]
    [InlineData("2.6")]
    [InlineData("2.99")]
    public void Any_minor_version_of_the_metadata_is_read(string version) =>
        Assert.Equal(version, Parse($"Metadata-Version: {version}\nName: foo\nVersion: 1\n").MetadataVersion);

    [Theory]
    [InlineData("3.0")]
    [InlineData("10.0")]
    [InlineData("0.9")]
    [InlineData("2")]
    [InlineData("2.")]
    [InlineData("2.x")]
    [InlineData("2.\u0661")]
    [InlineData("2.1.0")]
    [InlineData("UNKNOWN")]
    [InlineData("2.00000000000000000000000000000000000")]
    public void Another_major_version_is_refused_by_name(string version)
    {
        var problem = ProblemOf($"Metadata-Version: {version}\nName: foo\nVersion: 1\n");

        Assert.Contains(version[..Math.Min(20, version.Length)], problem, StringComparison.Ordinal);
        Assert.Contains("1.x and 2.x", problem, StringComparison.Ordinal);
        Assert.InRange(problem.Length, 20, 120);
    }

    [Theory]
    [InlineData("", "Metadata-Version")]
    [InlineData("\n\nMetadata-Version: 2.1\nName: foo\nVersion: 1.0\n", "Metadata-Version")]
    [InlineData("Name: foo\nVersion: 1.0\n", "Metadata-Version")]
    [InlineData("Metadata-Version: 2.1\nVersion: 1.0\n", "Name")]
    [InlineData("Metadata-Version: 2.1\nName:\nVersion: 1.0\n", "Name")]
    [InlineData("Metadata-Version: 2.1\nName: foo\n\nVersion: 1.0\n", "Version")]
    [InlineData("Metadata-Version: 2.1\nName : foo\nVersion: 1.0\n", "Name")]
    public void A_required_field_that_is_missing_is_named(string document, string field) =>
        Assert.Equal($"The metadata lacks the field {field}.", ProblemOf(document));

    [Theory]
    [InlineData("Name: bar\n", "Name")]
    [InlineData("VERSION: 2.0\n", "Version")]
    [InlineData("Metadata-Version: 2.1\n", "Metadata-Version")]
    [InlineData("Name:\n", "Name")]
    [InlineData("Summary: x\rName: bar\n", "Name")]
    public void A_field_that_identifies_the_project_stands_once(string more, string field) =>
        Assert.Equal($"The metadata has the field {field} more than once.", ProblemOf(Minimal + more));

    [Fact]
    public void Bytes_that_are_no_UTF8_are_replaced()
    {
        byte[] document = [.. Encoding.UTF8.GetBytes(Minimal + "Author: J"), 0xFC, .. "rgen\n"u8];

        Assert.True(CoreMetadata.TryParse(document, out var metadata, out _));
        Assert.Equal(["J\uFFFDrgen"], metadata.All("Author"));
    }

    [Fact]
    public void A_byte_order_mark_is_skipped() => Assert.Equal("foo", Parse("\uFEFF" + Minimal).Name);

    [Fact]
    public void A_document_cut_anywhere_is_read_or_refused_with_a_sentence()
    {
        var document = Encoding.UTF8.GetBytes(Minimal + "Summary: é\r\nDescription: a\n       |b\n\nbody");
        for (var length = 0; length <= document.Length; length++)
        {
            var read = CoreMetadata.TryParse(document.AsSpan(0, length), out var metadata, out var problem);

            Assert.Equal(read, metadata is not null);
            Assert.Equal(!read, problem?.EndsWith('.') ?? false);
        }
    }

    [Fact]
    public void Too_many_fields_are_refused()
    {
        var many = string.Concat(Enumerable.Repeat("A: b\n", 30_000));

        Assert.Contains("fields", ProblemOf(Minimal + many), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_document_is_read()
    {
        var folded = string.Concat(Enumerable.Repeat("        line\n", 200_000));

        Assert.Equal((200_000 * 5) - 1, Parse(Minimal + "Description: " + folded.TrimStart()).Description?.Length);
        Assert.Equal(4_000_000, Parse(Minimal + "\n" + new string('x', 4_000_000)).Description?.Length);
        Assert.Equal(4_000_000, Parse(Minimal + new string('x', 4_000_000)).Description?.Length);
    }

    [Fact]
    public void Hostile_documents_are_refused_without_an_exception()
    {
        HostileText.NeverThrows(text => CoreMetadata.TryParse(Encoding.UTF8.GetBytes(text ?? ""), out _, out _));
        HostileText.NeverThrows(text =>
            CoreMetadata.TryParse(Encoding.UTF8.GetBytes($"{Minimal}Description: {text}\n {text}\n{text}"), out _, out _));
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => { _ = CoreMetadata.TryParse(bytes, out _, out _); })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static CoreMetadata Parse(string document) =>
        CoreMetadata.TryParse(Encoding.UTF8.GetBytes(document), out var metadata, out var problem)
            ? metadata
            : throw new FormatException(problem);

    private static string ProblemOf(string document)
    {
        Assert.False(CoreMetadata.TryParse(Encoding.UTF8.GetBytes(document), out var metadata, out var problem));
        Assert.Null(metadata);
        return problem;
    }
}
