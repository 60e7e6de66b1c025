using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>What the rules of a repository let come from upstream, at every route that could give it.</summary>
[Collection(RuledServer.Name)]
public sealed class UpstreamRulesTests(RuledServer servers)
{
    [Theory]
    [InlineData("team", "acme-billing", "reserved", 404)]
    [InlineData("off", "acme", "reserved", 404)]
    [InlineData("team", "Left_Pad", "deny", 403)]
    [InlineData("team", "EVIL.One", "deny", 403)]
    [InlineData("strict", "left-pad", "deny", 403)]
    [InlineData("strict", "unlisted", "allow", 403)]
    [InlineData("nothing", "foo", "allow", 403)]
    public async Task A_project_that_a_rule_refuses_is_404_its_files_name_the_rule_and_upstream_is_not_asked(string repository, string project, string rule, int file)
    {
        using var reader = servers.Reader(repository);
        var before = servers.Upstream.Requests.Count(IsOfProject);
        var page = $"/{repository}/simple/{project}/";

        foreach (var accept in (string[])["text/html", Requests.Json])
        {
            Assert.Contains(rule, (await FollowAsync(reader, page, accept)).With(404).Text, StringComparison.Ordinal);
        }

        foreach (var suffix in (string[])["", ".metadata"])
        {
            var guessed = await FollowAsync(reader, $"{page}{project.Replace('-', '_').Replace('.', '_')}-1.0-py3-none-any.whl{suffix}");
            Assert.Contains(rule, guessed.With(file).Text, StringComparison.Ordinal);
        }

        (await FollowAsync(reader, $"/{repository}/pypi/{project}/json")).With(404);
        Assert.Equal(before, servers.Upstream.Requests.Count(IsOfProject));

        // Others of this collection may ask for foo in another repository meanwhile, never for the rest.
        bool IsOfProject(FakeRequest request) => project != "foo" && request.Path.Contains(project, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Files_that_are_too_young_are_on_no_page_and_403_with_the_rule()
    {
        using var reader = servers.Reader("team");

        var page = await reader.ProjectAsync("foo");
        Assert.Equal(["1.0", "2.0"], page.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        Assert.Equal(["foo-1.0-py3-none-any.whl", "foo-2.0-py3-none-any.whl"], await reader.FilenamesAsync("foo"));
        Assert.DoesNotContain("9.0", (await reader.AskAsync("/simple/foo/")).With(200).Text, StringComparison.Ordinal);
        foreach (var suffix in (string[])["", ".metadata"])
        {
            Assert.Contains("min_age", (await reader.AskAsync($"/simple/foo/foo-9.0-py3-none-any.whl{suffix}")).With(403).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_project_of_which_all_is_too_young_is_an_empty_page()
    {
        using var reader = servers.Reader("team");

        Assert.Empty((await reader.ProjectAsync("young")).GetProperty("files").EnumerateArray());
        Assert.Empty((await reader.ProjectAsync("young")).GetProperty("versions").EnumerateArray());
        Assert.Empty(IndexAnchor.AllOf((await reader.AskAsync("/simple/young/")).With(200).Text));
    }

    [Fact]
    public async Task A_project_that_is_exempt_and_a_repository_without_a_cooldown_have_the_newest()
    {
        using var team = servers.Reader("team");
        using var strict = servers.Reader("strict");

        Assert.Contains("exempt_one-9.0-py3-none-any.whl", await team.FilenamesAsync("exempt-one"));
        Assert.Contains("foo-9.0-py3-none-any.whl", await strict.FilenamesAsync("foo"));
        (await strict.AskAsync("/simple/foo/foo-9.0-py3-none-any.whl")).With(302);
    }

    [Fact]
    public async Task Search_and_the_JSON_of_projects_know_nothing_of_upstream()
    {
        using var reader = servers.Reader("team");
        (await reader.AskAsync("/simple/foo/")).With(200);

        Assert.Equal(0, (await reader.AskAsync("/search?q=foo")).With(200).Json.GetProperty("total").GetInt32());
        (await reader.AskAsync("/pypi/foo/json")).With(404);
        Assert.DoesNotContain("foo", await reader.ReadProjectsAsync());
    }

    [Fact]
    public async Task A_repository_in_mode_off_asks_nowhere_although_the_server_has_another_index()
    {
        using var off = servers.Reader("off");

        (await off.AskAsync("/simple/only-asked-off/")).With(404);
        (await off.AskAsync("/simple/only-asked-off/only_asked_off-1.0-py3-none-any.whl")).With(404);
        Assert.Equal(0, servers.Upstream.CountOf("/simple/only-asked-off/"));
    }

    /// <summary>As installers do, which are led to the normalised name.</summary>
    private static async Task<Answer> FollowAsync(HttpClient client, string path, string accept = "*/*")
    {
        var answer = await client.AskAsync(path, ("Accept", accept));

        return answer.Status is 301 or 308 ? await client.AskAsync(answer["Location"] ?? "", ("Accept", accept)) : answer;
    }
}
