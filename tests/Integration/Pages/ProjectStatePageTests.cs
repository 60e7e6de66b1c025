using System.Net.Http.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Pages of projects and versions that are withdrawn in one way or another.</summary>
[Collection(ServerFixture.Name)]
public sealed class ProjectStatePageTests(ServerFixture server) : IDisposable
{
    private readonly string _project = $"state-{Guid.NewGuid():N}";
    private readonly HttpClient _writer = server.Writer();
    private readonly Browser _browser = new(server.Server);

    private string Page => $"/{ServerFixture.Repository}/project/{_project}/";

    public void Dispose()
    {
        _writer.Dispose();
        _browser.Dispose();
    }

    [Theory]
    [InlineData("quarantined", false)]
    [InlineData("archived", true)]
    [InlineData("deprecated", true)]
    public async Task A_status_is_named_with_its_reason_and_decides_what_is_offered(string status, bool isOffered)
    {
        await PublishAsync("1.0");
        await PutAsync("status", new { status, reason = "Because of <b>this</b>." });

        var page = (await _browser.VisitAsync(Page)).With(200).Page();
        var banner = page.QuerySelector($".banner.{status}")?.TextContent;

        Assert.Contains(status, banner, StringComparison.Ordinal);
        Assert.Contains("Because of <b>this</b>.", banner, StringComparison.Ordinal);
        Assert.Equal(isOffered, page.GetElementById("install-pip") is not null);
        Assert.Equal(isOffered, page.MainLinks().Any(link => link.EndsWith(".whl", StringComparison.Ordinal)));
        Assert.Contains(Page, (await _browser.VisitAsync($"/{ServerFixture.Repository}/?page=100")).With(200).Page().MainLinks().Concat(
            (await _browser.VisitAsync($"/{ServerFixture.Repository}/?q={_project}")).With(200).Page().MainLinks()));
    }

    [Fact]
    public async Task A_repository_of_quarantined_projects_alone_is_not_taken_for_an_empty_one()
    {
        using var root = new TempFolder();
        using var other = await PyWharfProcess.StartAsync(root.Path, ServerFixture.Config);
        using var writer = other.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var browser = new Browser(other);
        await browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Contains("No packages yet", (await browser.VisitAsync($"/{ServerFixture.Repository}/")).With(200).Text, StringComparison.Ordinal);
        Assert.Contains("0 results", (await browser.VisitAsync($"/{ServerFixture.Repository}/?q=x")).With(200).Text, StringComparison.Ordinal);
        (await writer.UploadAsync(Wheels.Build("closed", "1.0"))).With(200);
        (await Answer.ReadAsync(await writer.PutAsJsonAsync("/api/projects/closed/status", new { status = "quarantined" }))).With(200);

        var page = (await browser.VisitAsync($"/{ServerFixture.Repository}/")).With(200);

        Assert.DoesNotContain("No packages yet", page.Text, StringComparison.Ordinal);
        Assert.Contains($"/{ServerFixture.Repository}/project/closed/", page.Page().MainLinks());
        Assert.Single(page.Page().QuerySelectorAll("#set-up"));
    }

    [Fact]
    public async Task Lists_of_metadata_and_long_texts_are_cut()
    {
        await PublishAsync("0.9");
        var form = ClientForm.LikeTwine(Wheels.Build(_project, "1.0")).With("classifiers", [.. Enumerable.Range(0, 300).Select(number => $"Topic :: {number}")])
            .With("license", $"MIT License\n\n{new string('x', 50_000)}").With("keywords", new string('k', 5_000))
            .With("project_urls", ", https://example.com/nameless", "Trap, https://pypi.org@evil.example/", "Script, javascript:alert(1)");
        (await _writer.UploadAsync(form)).With(200);

        var page = (await _browser.VisitAsync(Page)).With(200).Page();
        var metadata = page.QuerySelector("[aria-labelledby=metadata]");

        Assert.Contains("and 100 more", metadata?.TextContent, StringComparison.Ordinal);
        Assert.Contains("MIT License …", metadata?.TextContent, StringComparison.Ordinal);
        Assert.True(metadata?.TextContent.Length < 20_000);
        Assert.Equal(["https://example.com/nameless"], metadata?.QuerySelectorAll("a").Select(link => link.TextContent));
    }

    [Fact]
    public async Task A_yanked_version_and_a_pre_release_are_marked_and_pinned()
    {
        await PublishAsync("1.0", "1.1", "1.2rc1");
        await PutAsync("versions/1.1/yank", new { reason = "Broken." });

        Assert.DoesNotContain("==", await InstallLineAsync(""), StringComparison.Ordinal);
        Assert.EndsWith($" {_project}==1.1\n", await InstallLineAsync("1.1/"), StringComparison.Ordinal);
        Assert.EndsWith($" {_project}==1.2rc1\n", await InstallLineAsync("1.2rc1/"), StringComparison.Ordinal);

        // Where nothing else is left, the version has to be asked for too.
        await PutAsync("versions/1.0/yank", new { reason = "" });
        await PutAsync("versions/1.2rc1/yank", new { reason = "" });
        Assert.EndsWith("==1.2rc1\n", await InstallLineAsync("1.2rc1/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_version_is_gone_and_so_is_a_project_without_any()
    {
        await PublishAsync("1.0", "2.0");
        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/2.0")).With(200);

        (await _browser.VisitAsync($"{Page}2.0/")).With(404).Page();
        Assert.DoesNotContain("2.0", (await _browser.VisitAsync(Page)).With(200).Page().GetElementById("versions")?.ParentElement?.TextContent, StringComparison.Ordinal);

        (await _writer.AskAsync(HttpMethod.Delete, $"/api/projects/{_project}/versions/1.0")).With(200);
        (await _browser.VisitAsync(Page)).With(404).Page();
    }

    private async Task PublishAsync(params string[] versions)
    {
        await _writer.PublishAsync(versions.Select(version => Wheels.Build(_project, version)));
        await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret);
    }

    private async Task<string> InstallLineAsync(string below) => (await _browser.VisitAsync(Page + below)).With(200).Page().CopyBlock("install-pip");

    private async Task PutAsync(string path, object body)
    {
        using var answer = await _writer.PutAsJsonAsync($"/api/projects/{_project}/{path}", body);
        (await Answer.ReadAsync(answer)).With(200);
    }
}
