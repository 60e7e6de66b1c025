using System.Text.Json;
using PyWharf.Integration.Pages;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upstream;

/// <summary>Which rule decided about each file of a project: by API, command and browser.</summary>
[Collection(RuledServer.Name)]
public sealed class ExplainTests(RuledServer servers) : IDisposable
{
    private readonly HttpClient _reader = servers.Reader("team");

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task Each_file_of_upstream_has_the_rule_that_decided_and_until_when()
    {
        var answer = (await _reader.AskAsync("/api/explain/Foo")).With(200);

        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal(["project", "repository", "files"], answer.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("foo", "team"), (Text(answer.Json, "project"), Text(answer.Json, "repository")));
        var files = answer.Json.GetProperty("files").EnumerateArray().ToList();
        Assert.All(files, file => Assert.Equal(["filename", "version", "source", "offered", "rule", "reason", "until"], file.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            [
                ("foo-1.0-py3-none-any.whl", "1.0", "upstream", true, null, null),
                ("foo-2.0-py3-none-any.whl", "2.0", "upstream", true, "yanked", null),
                ("foo-9.0-py3-none-any.whl", "9.0", "upstream", false, "min_age", "2999-01-04T00:00:00.000000Z"),
            ],
            files.Select(Decision));
        Assert.Contains("breaks <b>Mondays</b>", Text(files[1], "reason"), StringComparison.Ordinal);
        Assert.Contains("until 2999-01-04T00:00:00Z", Text(files[2], "reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_here_are_yanked_deleted_or_quarantined_and_upstream_is_not_asked()
    {
        Assert.Equal(
            [
                ("here-0.1-py3-none-any.whl", "0.1", "local", true, null, null),
                ("here-0.2-py3-none-any.whl", "0.2", "local", true, "yanked", null),
                ("here-0.3-py3-none-any.whl", "0.3", "local", false, "deleted", null),
            ],
            await DecisionsAsync("here"));
        Assert.Equal([("gone-0.1-py3-none-any.whl", "0.1", "local", false, "deleted", null)], await DecisionsAsync("gone"));
        Assert.Equal([("locked-0.1-py3-none-any.whl", "0.1", "local", false, "quarantined", null)], await DecisionsAsync("locked"));
        Assert.Equal((0, 0, 0), (servers.Upstream.CountOf("/simple/here/"), servers.Upstream.CountOf("/simple/gone/"), servers.Upstream.CountOf("/simple/locked/")));
    }

    [Fact]
    public async Task A_project_that_is_too_young_offers_nothing_unless_it_is_exempt()
    {
        Assert.Equal([("young-1.0-py3-none-any.whl", "1.0", "upstream", false, "min_age", "2999-01-04T00:00:00.250000Z")], await DecisionsAsync("young"));
        Assert.All(await DecisionsAsync("exempt-one"), file => Assert.True(file.Offered));
    }

    [Theory]
    [InlineData("team", "acme-billing", "reserve")]
    [InlineData("strict", "ACME", "reserve")]
    [InlineData("team", "left_pad", "deny")]
    [InlineData("team", "evil.one", "deny")]
    [InlineData("strict", "left-pad", "deny")]
    [InlineData("strict", "young", "allow")]
    [InlineData("nothing", "foo", "allow")]
    [InlineData("team", "quarantined", "quarantined")]
    public async Task A_rule_about_the_whole_project_is_told_beside_no_files(string repository, string project, string rule)
    {
        using var reader = servers.Reader(repository);

        var answer = (await reader.AskAsync($"/{repository}/api/explain/{project}")).With(200).Json;

        Assert.Equal(["project", "repository", "files", "rule", "reason"], answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal((rule, 0), (Text(answer, "rule"), answer.GetProperty("files").GetArrayLength()));
        Assert.Contains(rule, Text(answer, "reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_read_learns_nothing_and_upstream_is_not_asked()
    {
        using var nobody = servers.Server.Client();
        using var limited = servers.Server.Client("__token__", servers.LimitedToken);

        (await nobody.AskAsync("/team/api/explain/unasked")).With(401);
        (await limited.AskAsync("/api/explain/foo")).With(200);
        Assert.Equal((await limited.AskAsync("/simple/unasked/")).With(404).Text, (await limited.AskAsync("/api/explain/unasked")).With(404).Text);
        Assert.Equal(0, servers.Upstream.CountOf("/simple/unasked/"));
    }

    [Fact]
    public async Task What_is_nowhere_is_404_and_an_upstream_that_can_not_answer_is_no_404()
    {
        using var off = servers.Reader("off");

        (await _reader.AskAsync("/api/explain/nowhere")).With(404);
        (await _reader.AskAsync("/api/explain/-bad-")).With(404);
        (await off.AskAsync("/api/explain/foo")).With(404);
        var broken = await _reader.AskAsync("/api/explain/broken");
        Assert.True(broken.Status is 502 or 503, broken.ToString());
    }

    [Fact]
    public async Task The_browser_shows_the_same_and_links_to_it()
    {
        using var browser = new Browser(servers.Server);
        await browser.LogInAsync("team", RuledServer.ReadSecret);

        foreach (var (project, words) in new[]
        {
            ("foo", (string[])["2 of 3 files are offered", "breaks <b>Mondays</b>", "until 2999-01-04", "upstream"]),
            ("here", ["2 of 3 files are offered", "deleted", "this repository"]),
        })
        {
            var linking = (await browser.VisitAsync($"/team/project/{project}/")).With(200).Page();
            var path = Assert.Single(linking.QuerySelectorAll("a"), link => link.TextContent.StartsWith("Why", StringComparison.Ordinal)).GetAttribute("href");
            Assert.Equal($"/team/project/{project}/explain/", path);
            var page = (await browser.VisitAsync(path ?? "")).With(200).Page();
            Assert.All(words, word => Assert.Contains(word, page.Body?.TextContent, StringComparison.Ordinal));
            Assert.Empty(page.QuerySelectorAll("main b, script:not([src])"));
        }

        Assert.Contains("deny", (await browser.VisitAsync("/team/project/left-pad/explain/")).With(200).Page().QuerySelector(".banner")?.TextContent, StringComparison.Ordinal);
        Assert.Contains("its rule deny", (await browser.VisitAsync("/team/project/left-pad/")).With(404).Text, StringComparison.Ordinal);
        Assert.Contains("reserved", (await browser.VisitAsync("/team/project/acme-billing/")).With(404).Text, StringComparison.Ordinal);
        Assert.Equal("/team/project/foo/explain/", (await browser.VisitAsync("/team/project/Foo/explain")).With(301)["Location"]);
        (await browser.VisitAsync("/team/project/nowhere/explain/")).With(404);
    }

    [Fact]
    public async Task The_command_says_the_same_beside_a_running_server()
    {
        var lines = (await RunAsync("team", "foo")).Succeeded().Stdout.Split('\n');
        Assert.Equal("foo in team: 2 of 3 files offered", lines[0]);
        Assert.Matches("^held back +foo-9.0-py3-none-any.whl +upstream +min_age +The rule min_age holds .* until 2999-01-04T00:00:00Z", lines[3]);

        foreach (var (repository, project) in new[] { ("team", "foo"), ("team", "here"), ("strict", "acme") })
        {
            using var reader = servers.Reader(repository);
            var asked = (await reader.AskAsync($"/api/explain/{project}")).With(200).Json;
            var told = JsonDocument.Parse((await RunAsync(repository, project, "--json")).Succeeded().Stdout).RootElement;
            Assert.True(JsonElement.DeepEquals(asked, told), told.ToString());
        }

        Assert.Equal("acme in strict: held back as a whole", (await RunAsync("strict", "acme")).Succeeded().Stdout.Split('\n')[0]);
        var nowhere = await RunAsync("team", "nowhere");
        Assert.Equal((1, "", "pywharf: "), (nowhere.ExitCode, nowhere.Stdout, nowhere.Stderr[..9]));
        Assert.Equal(1, (await RunAsync("no-such", "foo")).ExitCode);
        Assert.Equal(2, (await PyWharfProcess.RunAsync(["explain", "team"])).ExitCode);
    }

    [Fact]
    public async Task The_command_needs_no_secret_but_the_password_of_the_index_that_it_asks()
    {
        using var root = new TempFolder();
        Directory.CreateDirectory(root.At("cache", "team", "storage"));
        await File.WriteAllTextAsync(root.At("config.toml"), $"""
            [team]
            type = "file_system"
            write_secret_env = "NO_SUCH_VARIABLE"

            [team.upstream]
            url = "{servers.Upstream.Index}"
            user = "reader"
            password_env = "INDEX_PASSWORD"

            """);

        var with = await PyWharfProcess.RunAsync(["explain", "team", "foo", $"--root={root}"], [("INDEX_PASSWORD", "s3cret")]);
        var without = await PyWharfProcess.RunAsync(["explain", "team", "foo", $"--root={root}"]);
        var status = await PyWharfProcess.RunAsync(["status", "team", "foo", $"--root={root}"]);

        Assert.Equal("foo in team: 3 of 3 files offered", with.Succeeded().Stdout.Split('\n')[0]);
        Assert.Contains(servers.Upstream.Requests, request => request.Headers.Authorization == $"Basic {Convert.ToBase64String("reader:s3cret"u8)}");
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("config.toml:8:16: \"password_env\" in [team.upstream]: the environment variable of this name is not set", without.Stderr, StringComparison.Ordinal);
        Assert.Contains("There is no project foo", status.Stderr, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static (string? Filename, string? Version, string? Source, bool Offered, string? Rule, string? Until) Decision(JsonElement file) =>
        (Text(file, "filename"), Text(file, "version"), Text(file, "source"), file.GetProperty("offered").GetBoolean(), Text(file, "rule"), Text(file, "until"));

    private async Task<List<(string? Filename, string? Version, string? Source, bool Offered, string? Rule, string? Until)>> DecisionsAsync(string project) =>
        [.. (await _reader.AskAsync($"/team/api/explain/{project}")).With(200).Json.GetProperty("files").EnumerateArray().Select(Decision)];

    private Task<ProcessResult> RunAsync(string repository, string project, params string[] flags) =>
        PyWharfProcess.RunAsync(["explain", repository, project, $"--root={servers.Root}", $"--extra_index_url={servers.Upstream.Index}", .. flags]);
}
