using PyWharf.Integration.Support;

namespace PyWharf.Integration.Release;

/// <summary>What a release says of itself, and that it is made of the version it is for only.</summary>
public sealed class ReleaseNotesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task They_are_the_section_of_the_changelog_with_links_that_work_anywhere()
    {
        var changelog = await File.ReadAllTextAsync(RepositoryRoot.At("CHANGELOG.md"));
        var section = changelog[changelog.IndexOf($"## {ReleaseFixture.Version} - ", StringComparison.Ordinal)..];
        section = section[section.IndexOf('\n', StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];

        var notes = (await RunAsync("release-notes.sh", ReleaseFixture.Version)).Succeeded().Stdout;

        var address = $"https://github.com/pywharf/pywharf/blob/v{ReleaseFixture.Version}/";
        Assert.Equal(section.Trim(), notes.Replace(address, "", StringComparison.Ordinal).Trim());
        Assert.DoesNotContain("](docs/", notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.9.9")]
    [InlineData("v1.0.0")]
    public async Task A_tag_of_another_version_is_no_release(string version)
    {
        var notes = (await RunAsync("release-notes.sh", version)).Failed();
        var release = (await RunAsync("release.sh", version, _folder.At("release"))).Failed();

        Assert.Contains($"This is no release of {version}", notes.Stderr, StringComparison.Ordinal);
        Assert.Equal(notes.Stderr, release.Stderr);
        Assert.False(Directory.Exists(_folder.At("release")));
    }

    public void Dispose() => _folder.Dispose();

    private static Task<ProcessResult> RunAsync(string script, params string[] args) =>
        ChildProcess.RunAsync(ChildProcess.Describe(RepositoryRoot.At("eng", script), args, [("PATH", "/usr/bin:/bin")]));
}
