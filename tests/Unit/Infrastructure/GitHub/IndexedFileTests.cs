using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class IndexedFileTests
{
    [Fact]
    public void An_entry_is_the_file_that_it_describes()
    {
        var package = Packages.Of(
            "demo",
            7,
            new("summary", "One line\nand another"),
            new("requires_python", ">=3.9"),
            new("classifiers", "Private :: Do Not Upload"),
            new("maintainer", ""),
            new("upload_time", "2026-01-02T03:04:05.678901Z"),
            new("uploaded_by", "octocat"));

        Assert.True(IndexedFile.TryRead(package, Packages.Assets, out var read, out _));

        Assert.Equal(IndexedFile.FromIndex, read.Stamp);
        Assert.Equal(
            new PackageFile
            {
                Filename = Stored("demo-1.0-py3-none-any.whl", "demo"),
                Location = Packages.UrlOf(7),
                Size = null,
                Sha256 = Packages.DigestOf("demo"),
                UploadedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(678_901),
                UploadedBy = "octocat",
                RequiresPython = RequiresPython.TryParse(">=3.9", out var specifier) ? specifier : null,
                Summary = "One line",
            },
            read.File);
        Assert.Equal("Private :: Do Not Upload", read.Fields?["classifiers"]);
        Assert.Null(read.Fields?["maintainer"]);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-01-02")]
    [InlineData("")]
    public void A_time_that_is_none_is_not_known(string time)
    {
        Assert.True(IndexedFile.TryRead(Packages.Of("demo", 7, new KeyValuePair<string, string>("upload_time", time)), Packages.Assets, out var read, out _));

        Assert.Null(read.File.UploadedAt);
    }

    [Fact]
    public void A_poisoned_entry_is_none()
    {
        var package = Packages.Of("demo", 7);

        AssertNone(package with { Url = "https://evil.example.org/demo-1.0-py3-none-any.whl" }, "its url");
        AssertNone(package with { Url = null, PackagePath = "/etc/passwd" }, "its url");
        AssertNone(package with { Package = "../demo-1.0-py3-none-any" }, "its name");
        AssertNone(package with { Package = "demo-1.0\0" }, "its name");
        AssertNone(package with { Package = "other-1.0-py3-none-any" }, "its name");
        AssertNone(package with { Distrib = "../demo" }, "its name");
        AssertNone(package with { Ext = "html" }, "its name");
        AssertNone(package with { Ext = "" }, "its name");
    }

    private static void AssertNone(IndexedPackage package, string why)
    {
        Assert.False(IndexedFile.TryRead(package, Packages.Assets, out _, out var problem));
        Assert.StartsWith(why, problem, StringComparison.Ordinal);
    }

    private static DistributionFilename Stored(string text, string project)
    {
        Assert.True(ProjectName.TryParse(project, out var name));
        Assert.True(DistributionFilename.TryParseStored(text, name, out var filename));

        return filename;
    }
}
