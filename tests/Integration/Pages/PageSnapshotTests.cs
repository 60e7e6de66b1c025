using System.Text.RegularExpressions;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Pages;

/// <summary>The HTML of three pages, as a person approved it: what a change of the layout or of a part changes is seen in a review.</summary>
public sealed partial class PageSnapshotTests(SetUpBlocksTests.Fixture running) : IClassFixture<SetUpBlocksTests.Fixture>, IDisposable
{
    private readonly Browser _browser = new(running.Server);

    [Fact]
    public async Task Home_repository_and_project_are_as_approved()
    {
        using (var writer = running.Server.Client("my.team", SetUpBlocksTests.Fixture.WriteSecret))
        {
            var file = Wheels.Build("demo", "2.0", ">=3.11");
            (await writer.UploadAsync(ClientForm.LikeTwine(file)
                .With("description", "# Demo\n\nDoes *much* with `little`.\n").With("description_content_type", "text/markdown")
                .With("license_expression", "MIT").With("project_urls", "Source, https://git.example.com/demo").With("requires_dist", "guided>=1", "httpx"))).With(200);
        }

        await _browser.LogInAsync("my.team", SetUpBlocksTests.Fixture.WriteSecret);

        await MatchAsync("/", "home.html");
        await MatchAsync("/my.team/", "repository.html");
        await MatchAsync("/my.team/project/demo/", "project.html");
    }

    public void Dispose() => _browser.Dispose();

    private async Task MatchAsync(string path, string name)
    {
        var html = (await _browser.VisitAsync(path)).With(200).Text;

        html = html.Replace(running.Server.BaseAddress.Authority, "HOST", StringComparison.Ordinal);
        html = Digests().Replace(html, "DIGEST");
        html = AssetNames().Replace(html, ".HASH.");
        html = Times().Replace(html, "TIME");
        html = Sizes().Replace(html, "SIZE");
        html = Versions().Replace(html, "VERSION$1");
        Snapshot.Match(html + "\n", name);
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Digests();

    [GeneratedRegex(@"\.[0-9a-f]{16}\.")]
    private static partial Regex AssetNames();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ| \d\d:\d\d UTC)")]
    private static partial Regex Times();

    [GeneratedRegex(@"(?<=>)[\d.]+ (?:bytes|kB|MB)(?=<)")]
    private static partial Regex Sizes();

    [GeneratedRegex(@"\d+\.\d+\.\d+(?:-[\w.]+)?(\s*</footer>)")]
    private static partial Regex Versions();
}
