using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class StoredFilenameTests
{
    [Theory]
    [InlineData("foo", "foo-1.0-py3-none-any.whl", DistributionKind.Wheel, "1.0", "whl")]
    [InlineData("foo", "foo-1.0.tar.gz", DistributionKind.Sdist, "1.0", "tar.gz")]
    [InlineData("foo", "foo-1.0.zip", DistributionKind.Sdist, "1.0", "zip")]
    [InlineData("foo", "foo-1.0.tar.bz2", DistributionKind.Sdist, "1.0", "tar.bz2")]
    [InlineData("foo", "foo-1.0.tbz", DistributionKind.Sdist, "1.0", "tbz")]
    [InlineData("foo", "foo-1.0.tgz", DistributionKind.Sdist, "1.0", "tgz")]
    [InlineData("foo", "foo-1.0.tar", DistributionKind.Sdist, "1.0", "tar")]
    [InlineData("foo", "foo-1.0.tar.xz", DistributionKind.Sdist, "1.0", "tar.xz")]
    [InlineData("foo", "foo-1.0.txz", DistributionKind.Sdist, "1.0", "txz")]
    [InlineData("foo", "foo-1.0.tlz", DistributionKind.Sdist, "1.0", "tlz")]
    [InlineData("foo", "foo-1.0.tar.lz", DistributionKind.Sdist, "1.0", "tar.lz")]
    [InlineData("foo", "foo-1.0.tar.lzma", DistributionKind.Sdist, "1.0", "tar.lzma")]
    [InlineData("foo", "foo-1.0.tar.Z", DistributionKind.Sdist, "1.0", "tar.Z")]
    [InlineData("foo", "foo-1.0-py3.9.egg", DistributionKind.Other, "1.0", "egg")]
    [InlineData("foo", "foo-1.0-py2.7-linux-x86_64.egg", DistributionKind.Other, "1.0", "egg")]
    [InlineData("foo", "foo-1.0.win-amd64-py2.7.exe", DistributionKind.Other, "1.0", "exe")]
    [InlineData("foo", "foo-1.0.win32.msi", DistributionKind.Other, "1.0", "msi")]
    [InlineData("foo", "foo-1.0-1.noarch.rpm", DistributionKind.Other, null, "rpm")]
    [InlineData("foo", "python3-foo_1.0-1_all.deb", DistributionKind.Other, null, "deb")]
    public void Every_format_of_old_is_listed(string project, string text, DistributionKind kind, string? version, string extension)
    {
        var filename = Parse(text, project);

        Assert.Equal(kind, filename.Kind);
        Assert.Equal(version, filename.Version?.ToString());
        Assert.Equal(extension, filename.Extension);
        Assert.Equal(text, $"{filename.Stem}.{filename.Extension}");
        Assert.Equal(text, filename.ToString());
    }

    [Theory]
    [InlineData("a-b", "a-b-1.0-2.tar.gz", "1.0.post2")]
    [InlineData("a-b", "A_.B-1.0.tar.gz", "1.0")]
    [InlineData("a-b", "a--b-1.0.tar.gz", "1.0")]
    [InlineData("a-b", "a-b-1.0-py3-none-any.whl", "1.0")]
    [InlineData("foo-bar", "foo__bar-1.0-py3-none-any.whl", "1.0")]
    [InlineData("Zope.Interface", "zope.interface-5.4.0.tar.gz", "5.4.0")]
    [InlineData("foo-2", "foo-2-1.0.tar.gz", "1.0")]
    [InlineData("foo", "foo-2-1.tar.gz", "2.post1")]
    [InlineData("foo", "foo-b-1.0.tar.gz", null)]
    [InlineData("foo", "foo-trunk.tar.gz", null)]
    [InlineData("foo", "foo-2004d.zip", null)]
    [InlineData("foo", "foo-1.0-é.zip", null)]
    [InlineData("foo", "foo-1.0.linux-x86_64.tar.gz", null)]
    public void The_project_tells_where_the_version_begins(string project, string text, string? version)
    {
        var filename = Parse(text, project);

        Assert.Equal(version, filename.Version?.ToString());
        Assert.Equal(project, filename.Project.Display);
    }

    [Fact]
    public void A_wheel_of_another_spelling_keeps_its_tags_and_build()
    {
        var filename = Parse("a-b-1.0-3x-py2.py3-none-any.whl", "A.b");

        Assert.Equal((3, "x"), filename.Build);
        Assert.Equal(["py2-none-any", "py3-none-any"], filename.Tags);
    }

    [Theory]
    [InlineData("foo-1.0.whl")]
    [InlineData("foo-1.0-py3-none.whl")]
    [InlineData("foo-trunk-py3-none-any.whl")]
    [InlineData("foo- 1.0-py3-none-any.whl")]
    [InlineData("foo--py3-none-any.whl")]
    public void What_only_ends_like_a_wheel_is_listed_as_something_else(string text)
    {
        var filename = Parse(text, "foo");

        Assert.Equal(DistributionKind.Other, filename.Kind);
        Assert.Null(filename.Version);
        Assert.Null(filename.Build);
        Assert.Empty(filename.Tags);
    }

    [Theory]
    [InlineData("bar-1.0.tar.gz")]
    [InlineData("foobar-1.0.tar.gz")]
    [InlineData("fo-1.0.tar.gz")]
    [InlineData("foo_1.0.tar.gz")]
    [InlineData("foo.tar.gz")]
    [InlineData("foo-.tar.gz")]
    [InlineData("foo-.whl")]
    [InlineData("foo.whl")]
    [InlineData("-foo-1.0.tar.gz")]
    public void A_file_of_another_project_is_refused(string text) =>
        Assert.False(DistributionFilename.TryParseStored(text, Project("foo"), out _));

    [Theory]
    [InlineData("foo-1.0.tar.gz.meta")]
    [InlineData("foo-1.0.tar.gz.asc")]
    [InlineData("foo-1.0.txt")]
    [InlineData("foo-1.0.TAR.GZ")]
    [InlineData("foo-1.0")]
    [InlineData("foo-1.0zip")]
    [InlineData("zip")]
    public void What_is_no_distribution_is_refused(string text) =>
        Assert.False(DistributionFilename.TryParseStored(text, Project("foo"), out _));

    [Fact]
    public void An_unsafe_name_is_refused_under_any_project() =>
        Assert.All(
            from text in UnsafeFilenames.All from project in new[] { "foo", "con", "con-foo", "nul-foo" } select (text, project),
            pair => Assert.False(DistributionFilename.TryParseStored(pair.text, Project(pair.project), out _), pair.text));

    [Fact]
    public void A_system_package_must_be_safe_too() =>
        Assert.All(
            ["../x.deb", "a/b.rpm", "nul.deb", "nul .deb", "COM¹.deb", ".deb", "x\0.rpm", new string('x', 252) + ".deb"],
            text => Assert.False(DistributionFilename.TryParseStored(text, Project("foo"), out _), text));

    [Fact]
    public void The_limit_of_255_counts_bytes()
    {
        const string Ends = "foo-.zip";

        Assert.True(DistributionFilename.TryParseStored($"foo-{new string('é', 123)}x.zip", Project("foo"), out _));
        Assert.False(DistributionFilename.TryParseStored($"foo-{new string('é', 124)}.zip", Project("foo"), out _));
        Assert.Equal(255, (2 * 123) + 1 + Ends.Length);
    }

    [Fact]
    public void What_may_be_uploaded_may_be_stored() =>
        Assert.All(
            ["foo-1.0-py3-none-any.whl", "Foo.Bar-1.0.post1-1-cp39-abi3-any.whl", "a-b-1.0.tar.gz", "foo-1!1.0+x.1.zip"],
            text =>
            {
                Assert.True(DistributionFilename.TryParse(text, out var uploaded));
                Assert.True(DistributionFilename.TryParseStored(text, uploaded.Project, out var stored));

                Assert.Equal(uploaded, stored);
                Assert.Equal(uploaded.Kind, stored.Kind);
                Assert.Equal(uploaded.Version, stored.Version);
                Assert.Equal(uploaded.Tags, stored.Tags);
            });

    [Fact]
    public void Hostile_text_is_refused_without_an_exception()
    {
        var project = Project("foo");

        HostileText.NeverThrows(text =>
            DistributionFilename.TryParseStored(text, project, out _)
            | DistributionFilename.TryParseStored(text + ".deb", project, out _)
            | DistributionFilename.TryParseStored("foo-" + text + "-py3.9.egg", project, out _)
            | DistributionFilename.TryParseStored("foo-" + text + ".whl", project, out _)
            | DistributionFilename.TryParseStored("foo-" + text + ".tar.gz", project, out _));
    }

    private static DistributionFilename Parse(string text, string project) =>
        DistributionFilename.TryParseStored(text, Project(project), out var filename)
            ? filename
            : throw new FormatException($"'{text}' is no file of {project}.");

    private static ProjectName Project(string text) =>
        ProjectName.TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no project name.");
}
