using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Formats;
using PyWharf.Support;
using PyWharf.Unit.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class PublishedPackageTests
{
    private static readonly IndexedPackage Package = Packages.Of("demo", 7, new("name", "Demo"), new(":action", "file_upload"), new("comment", ""));
    private static readonly GitHubRelease Release = Packages.ReleaseOf(Package);

    [Fact]
    public void A_release_is_the_package_that_its_text_describes()
    {
        var package = PublishedPackage.Of(Release);

        Assert.NotNull(package);
        Assert.True(IndexMerge.AreSame(Package, package));
    }

    [Theory]
    [InlineData("demo-1.0.tar.gz", "demo-1.0", "tar.gz")]
    [InlineData("demo-1.0.zip", "demo-1.0", "zip")]
    [InlineData("demo-1.0.tar.bz2", "demo-1.0", "tar.bz2")]
    [InlineData("demo.tar", "demo", "tar")]
    [InlineData("another-9+local.whl", "another-9+local", "whl")]
    public void The_tag_is_split_before_the_extension(string tag, string stem, string extension)
    {
        var package = PublishedPackage.Of(Tagged(tag));

        Assert.Equal((stem, extension), (package?.Package, package?.Ext));
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("demo-1.0.exe")]
    [InlineData("demo-1.0.WHL")]
    [InlineData(".whl")]
    [InlineData("whl")]
    [InlineData("demo-1.0.whl.txt")]
    [InlineData("")]
    public void A_tag_without_an_archive_s_extension_is_no_package(string tag) => Assert.Null(PublishedPackage.Of(Tagged(tag)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("What is new in this version")]
    [InlineData("distrib = \"demo\"")]
    [InlineData("distrib = \"demo\"\nsha256 = \"abc\"")]
    [InlineData("distrib = \"demo\"\nsha256 = 1")]
    [InlineData("sha256 = \"d88b3e05c241d071352334d435ce3e98356dd717743b966007bd713f361e8c3d\"")]
    [InlineData("distrib = \"demo\"\nsha256 = \"d88b3e05c241d071352334d435ce3e98356dd717743b966007bd713f361e8c3")]
    [InlineData("upload 3f2504e0-4f89-11d3-9a0c-0305e82c3301")]
    public void A_text_that_does_not_say_project_and_digest_is_no_package(string? body) => Assert.Null(PublishedPackage.Of(Release with { Body = body }));

    [Fact]
    public void A_draft_is_no_package() => Assert.Null(PublishedPackage.Of(Release with { Draft = true }));

    [Fact]
    public void A_release_without_its_whole_file_is_no_package()
    {
        var asset = Release.Assets[0];

        Assert.Null(PublishedPackage.Of(Release with { Assets = [] }));
        Assert.Null(PublishedPackage.Of(Release with { Assets = [asset with { Name = "demo-1.0-py3-none-any.whl.txt" }] }));
        Assert.Null(PublishedPackage.Of(Release with { Assets = [asset with { State = "starter" }] }));
        Assert.NotNull(PublishedPackage.Of(Release with { Assets = [asset with { State = "starter" }, asset with { Name = "notes" }, asset] }));
    }

    [Fact]
    public void No_text_makes_it_throw() => Prop.ForAll(
        Hostile.Strings.ToArbitrary(),
        text => PublishedPackage.Of(Release with { Body = text, TagName = text + ".whl" }) is null or { Ext: "whl" }).QuickCheckThrowOnFailure();

    [RealIndexFact]
    public void The_releases_of_a_real_index_make_that_index_byte_for_byte()
    {
        var bytes = RealIndexFactAttribute.Read();
        Assert.True(IndexFile.TryRead(bytes, "index.toml", out var index, out var problem), problem);

        var listed = index.Packages.Select(Packages.ReleaseOf).Select(PublishedPackage.Of).OfType<IndexedPackage>().ToList();

        Assert.True(IndexMerge.AreSame(index.Packages, listed));
        foreach (var known in (IReadOnlyList<IndexedPackage>[])[[], index.Packages, [.. index.Packages.Take(20)]])
        {
            using var written = new MemoryStream();
            IndexFile.Write(written, index.Time, IndexMerge.Merge(known, listed));
            Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(written.ToArray()));
        }
    }

    private static GitHubRelease Tagged(string tag) => Release with { TagName = tag, Assets = [Release.Assets[0] with { Name = tag }] };
}
