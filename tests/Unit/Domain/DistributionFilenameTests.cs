using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class DistributionFilenameTests
{
    /// <summary>Names the reference reads and this server does not.</summary>
    private static readonly Dictionary<string, string> RefusedOnPurpose = new()
    {
        ["foo_é-1.0-py3-none-any.whl"] = "The name of a project is ASCII; the reference does not validate it here.",
        ["../foo-1.0.tar.gz"] = "A file name is joined to a folder; the reference does not look for paths.",
    };

    [Fact]
    public void A_wheel_name_is_read_as_the_reference_reads_it()
    {
        var expected = PackagingRules.Load().Wheels;

        Assert.Equal(16, expected.Length);
        Assert.All(expected, wheel =>
        {
            var filename = ReadOrRefuse(wheel, DistributionKind.Wheel);
            if (filename is null)
            {
                return;
            }

            Assert.Equal(wheel.Tags, filename.Tags);
            Assert.Equal(
                wheel.Build is [var number, var suffix] ? (BigInteger.Parse(number.ToString()), suffix.ToString()) : null,
                filename.Build);
        });
    }

    [Fact]
    public void A_source_archive_name_is_read_as_the_reference_reads_it()
    {
        var expected = PackagingRules.Load().Sdists;

        Assert.Equal(12, expected.Length);
        Assert.All(expected, sdist => ReadOrRefuse(sdist, DistributionKind.Sdist));
    }

    [Fact]
    public void What_is_refused_on_purpose_is_in_the_vectors()
    {
        var rules = PackagingRules.Load();

        var accepted = rules.Wheels.Concat(rules.Sdists).Where(file => file.Valid).Select(file => file.Input);

        Assert.Superset(RefusedOnPurpose.Keys.ToHashSet(), accepted.ToHashSet());
    }

    [Theory]
    [InlineData("foo-1.0-py3-none-any.whl", "foo-1.0-py3-none-any", "whl")]
    [InlineData("foo-1.0.tar.gz", "foo-1.0", "tar.gz")]
    [InlineData("foo-1.0.zip", "foo-1.0", "zip")]
    public void A_name_is_a_stem_and_an_extension(string text, string stem, string extension)
    {
        var filename = Parse(text);

        Assert.Equal(stem, filename.Stem);
        Assert.Equal(extension, filename.Extension);
    }

    [Theory]
    [InlineData("Foo.Bar_baz-1.0-py3-none-any.whl", "foo-bar-baz", "1.0")]
    [InlineData("zope.interface-5.4.0.tar.gz", "zope-interface", "5.4.0")]
    [InlineData("a-b-1.0.tar.gz", "a-b", "1.0")]
    [InlineData("foo-1.0_1-py3-none-any.whl", "foo", "1.0.post1")]
    [InlineData("foo-1.0+ubuntu_1-py3-none-any.whl", "foo", "1.0+ubuntu.1")]
    [InlineData("foo-2020!1.0.zip", "foo", "2020!1.0")]
    public void Names_that_are_not_normalised_are_read(string text, string project, string version)
    {
        var filename = Parse(text);

        Assert.Equal(project, filename.Project.ToString());
        Assert.Equal(version, filename.Version?.ToString());
    }

    [Theory]
    [InlineData("my_pkg-1.0-py3-none-any.whl", "my_pkg-1.0-py3-none-any.whl")]
    [InlineData("My.Pkg-1.0-py3-none-any.whl", "my_pkg-1.0-py3-none-any.whl")]
    [InlineData("my_pkg-1.0-01a-cp312-cp312-linux_x86_64.whl", "my_pkg-1.0-01a-cp312-cp312-linux_x86_64.whl")]
    [InlineData("my_pkg-v1.0_1-py2.py3-none-any.whl", "my_pkg-1.0.post1-py2.py3-none-any.whl")]
    [InlineData("my_pkg-1.0+cu_118-py3-none-any.whl", "my_pkg-1.0+cu.118-py3-none-any.whl")]
    [InlineData("my_pkg-1!2.0.0-PY3-none-any.whl", "my_pkg-1!2.0.0-PY3-none-any.whl")]
    [InlineData("my_pkg-1.0.tar.gz", "my_pkg-1.0.tar.gz")]
    [InlineData("my-pkg-1.0.tar.gz", "my_pkg-1.0.tar.gz")]
    [InlineData("zope.interface-5.4.0.tar.gz", "zope_interface-5.4.0.tar.gz")]
    [InlineData("my_pkg-1.0alpha1.tar.gz", "my_pkg-1.0a1.tar.gz")]
    [InlineData("my_pkg-1.0.zip", "my_pkg-1.0.tar.gz")]
    public void The_name_that_todays_tools_give_a_file_is_known(string text, string normalized)
    {
        Assert.True(DistributionFilename.TryParse(text, out var filename));

        Assert.Equal(normalized, filename.Normalized);
        Assert.True(DistributionFilename.TryParse(normalized, out var again));
        Assert.Equal(normalized, again.Normalized);
    }

    [Fact]
    public void A_stored_file_without_a_version_has_no_other_name()
    {
        Assert.True(ProjectName.TryParse("my-pkg", out var project));
        Assert.True(DistributionFilename.TryParseStored("My-Pkg-nightly.tar.gz", project, out var filename));

        Assert.Equal("My-Pkg-nightly.tar.gz", filename.Normalized);
    }

    [Fact]
    public void Compressed_tags_are_expanded_lower_case_and_sorted()
    {
        Assert.Equal(
            ["cp39-abi3-macosx_11_0_arm64", "cp39-abi3-win_amd64", "cp39-none-macosx_11_0_arm64", "cp39-none-win_amd64"],
            Parse("foo-1.0-1-cp39-abi3.none-Win_AMD64.macosx_11_0_arm64.CP39.whl".Replace(".CP39", "", StringComparison.Ordinal)).Tags);
        Assert.Equal(["py3-none-any"], Parse("foo-1.0-py3.PY3-none-any.whl").Tags);
        Assert.Empty(Parse("foo-1.0.tar.gz").Tags);
    }

    [Fact]
    public void A_build_number_is_unbounded()
    {
        var build = Parse("foo-1.0-20240101123456789012345_a.1-py3-none-any.whl").Build;

        Assert.Equal((BigInteger.Parse("20240101123456789012345"), "_a.1"), build);
        Assert.Null(Parse("foo-1.0.tar.gz").Build);
    }

    [Theory]
    [InlineData("foo-1.0-py3-none-any.WHL")]
    [InlineData("foo-1.0-py3-none.whl")]
    [InlineData("foo-1.0-1-2-py3-none-any.whl")]
    [InlineData("foo-1.0-a1-py3-none-any.whl")]
    [InlineData("foo-1.0-1+a-py3-none-any.whl")]
    [InlineData("foo-1.0-1é-py3-none-any.whl")]
    [InlineData("foo-1.0-py3-none-anywhl")]
    [InlineData("foo-1.0--py3-none-any.whl")]
    [InlineData("foo-1.0-py3--any.whl")]
    [InlineData("foo-1.0-py3..py2-none-any.whl")]
    [InlineData("foo-1.0-.py3-none-any.whl")]
    [InlineData("foo-1.0-py3-none-any..whl")]
    [InlineData("foo-1.0-py3-none-an+y.whl")]
    [InlineData("foo-1.0-py3-none-.whl")]
    [InlineData("_foo-1.0-py3-none-any.whl")]
    [InlineData("foo--1.0-py3-none-any.whl")]
    [InlineData("-1.0-py3-none-any.whl")]
    [InlineData("foo-one-py3-none-any.whl")]
    [InlineData("foo-1.0.egg")]
    [InlineData("foo-1.0.tgz")]
    [InlineData("foo-1.0.win32.exe")]
    [InlineData("foo-1.0.linux-x86_64.tar.gz")]
    [InlineData("foo-1.0-.tar.gz")]
    [InlineData("foo-1.0")]
    [InlineData("whl")]
    [InlineData(".whl")]
    [InlineData(".tar.gz")]
    [InlineData("-1.0.tar.gz")]
    public void What_is_neither_wheel_nor_source_archive_is_refused(string text) =>
        Assert.False(DistributionFilename.TryParse(text, out _));

    [Fact]
    public void An_unsafe_name_is_refused() =>
        Assert.All(UnsafeFilenames.All, text => Assert.False(DistributionFilename.TryParse(text, out _), text));

    [Fact]
    public void A_name_of_more_than_255_bytes_is_refused()
    {
        const string End = "-1.0-py3-none-any.whl";

        Assert.True(DistributionFilename.TryParse(new string('a', 255 - End.Length) + End, out _));
        Assert.False(DistributionFilename.TryParse(new string('a', 256 - End.Length) + End, out _));
    }

    [Fact]
    public void Names_are_equal_when_their_texts_are()
    {
        Assert.True(Parse("foo-1.0.tar.gz") == Parse("foo-1.0.tar.gz"));
        Assert.Equal(Parse("foo-1.0.tar.gz").GetHashCode(), Parse("foo-1.0.tar.gz").GetHashCode());
        Assert.NotEqual(Parse("foo-1.0.tar.gz"), Parse("Foo-1.0.tar.gz"));
        Assert.NotEqual(Parse("foo-1.0.tar.gz"), Parse("foo-1.0.zip"));
    }

    [Fact]
    public void Printing_what_was_read_gives_it_back()
    {
        var texts =
            from project in Gen.Elements("foo", "Foo_Bar", "a.b")
            from version in VersionTexts.Valid.Generator
            from end in Gen.Elements("-py3-none-any.whl", "-1-py2.py3-none-any.whl", ".tar.gz", ".zip")
            select $"{project}-{version.Replace('-', '_')}{end}";

        Prop.ForAll(texts.ToArbitrary(), text => !DistributionFilename.TryParse(text, out var name) || name.ToString() == text)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void The_version_in_a_name_is_that_of_the_release()
    {
        var projects = Gen.Elements("foo", "Foo_Bar", "a.b").ToArbitrary();

        Prop.ForAll(projects, VersionTexts.Parsed, (project, version) =>
            Parse($"{project}-{version}-py3-none-any.whl").Version!.Equals(version)
            && Parse($"{project}-{version}.tar.gz").Version!.Equals(version))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void Hostile_text_is_refused_without_an_exception() =>
        HostileText.NeverThrows(text =>
            DistributionFilename.TryParse(text, out _)
            | DistributionFilename.TryParse(text + ".whl", out _)
            | DistributionFilename.TryParse("foo-" + text + "-py3-none-any.whl", out _)
            | DistributionFilename.TryParse("foo-1.0-" + text + ".whl", out _)
            | DistributionFilename.TryParse("foo-" + text + ".tar.gz", out _));

    private static DistributionFilename? ReadOrRefuse(PackagingRules.FileCase expected, DistributionKind kind)
    {
        var read = DistributionFilename.TryParse(expected.Input, out var filename) && filename.Kind == kind;
        if (RefusedOnPurpose.TryGetValue(expected.Input, out var reason))
        {
            Assert.True(expected.Valid && !read, $"{expected.Input} is refused no longer. {reason}");
            return null;
        }

        Assert.True(expected.Valid == read, expected.Input);
        if (!read)
        {
            return null;
        }

        Assert.Equal(expected.Name, filename?.Project.ToString());
        Assert.Equal(expected.Version, filename?.Version?.ToString());
        return filename;
    }

    private static DistributionFilename Parse(string text) =>
        DistributionFilename.TryParse(text, out var filename) ? filename : throw new FormatException($"'{text}' is no file name.");
}
