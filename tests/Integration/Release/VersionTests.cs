using System.Text.Json;
using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Release;

/// <summary>One version number, that of the newest release in the changelog.</summary>
[Collection(ServerFixture.Name)]
public sealed partial class VersionTests(ServerFixture server)
{
    private readonly string _version = ReleaseFixture.Version;

    [Fact]
    public async Task The_program_prints_it()
    {
        Assert.Equal($"pywharf {_version}\n", (await PyWharfProcess.RunAsync(["--version"])).Succeeded().Stdout);
        Assert.Equal($"pywharf {_version}\n", (await PyWharfProcess.RunAsync(["version"])).Succeeded().Stdout);
    }

    [Fact]
    public async Task The_description_of_the_API_has_it()
    {
        using var nobody = server.Server.Client();
        using var document = JsonDocument.Parse(await nobody.GetStringAsync("openapi.json"));

        Assert.Equal(_version, document.RootElement.GetProperty("info").GetProperty("version").GetString());
    }

    [Fact]
    public async Task The_changelog_has_each_release_once_the_newest_first()
    {
        var releases = Releases().Matches(await File.ReadAllTextAsync(RepositoryRoot.At("CHANGELOG.md")))
            .Select(match => (Version: Version.Parse(match.Groups[1].Value), Date: DateOnly.ParseExact(match.Groups[2].Value, "yyyy-MM-dd"))).ToList();

        Assert.Equal(_version, releases[0].Version.ToString());
        Assert.Equal(releases.DistinctBy(release => release.Version).OrderByDescending(release => release.Version), releases);
        Assert.Equal(releases.OrderByDescending(release => release.Date), releases);
    }

    [Fact]
    public async Task An_image_that_is_built_without_arguments_is_labelled_with_it() =>
        Assert.Contains($"\nARG VERSION={_version}\n", await File.ReadAllTextAsync(RepositoryRoot.At("Dockerfile")), StringComparison.Ordinal);

    [Fact]
    public async Task Security_fixes_are_promised_for_it()
    {
        var minor = Version.Parse(_version).ToString(2);

        Assert.Contains($"the newest minor release ({minor})", await File.ReadAllTextAsync(RepositoryRoot.At("SECURITY.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Guides_and_deployments_name_this_version()
    {
        var texts = ((string[])["docs", "deploy"])
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.At(folder), "*", SearchOption.AllDirectories)).Select(File.ReadAllText);
        var named = texts.SelectMany(text => Named().Matches(text)).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, version => Assert.Equal(_version, version));
    }

    [GeneratedRegex(@"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", RegexOptions.Multiline)]
    private static partial Regex Releases();

    // Of the image, an archive, a tag, or as a variable.
    [GeneratedRegex(@"(?:pywharf[:-]v?|VERSION=|refs/tags/v)(\d+\.\d+\.\d+)")]
    private static partial Regex Named();
}
