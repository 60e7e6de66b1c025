using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

public class FakeGitHubRepositoryTests : FakeGitHubTest
{
    [Fact]
    public async Task The_first_commit_of_a_new_repository_takes_a_while()
    {
        var token = GitHub.AddClassicToken("alice", "repo");

        var created = await AskAsync("POST", "user/repos", token, new { name = "fresh", auto_init = true, @private = true });

        Assert.Equal("main", created.With(201).Json.Text("default_branch"));
        Assert.EndsWith("/repos/alice/fresh", created["Location"], StringComparison.Ordinal);
        Assert.Equal("Git Repository is empty.", (await GetAsync("repos/alice/fresh/git/ref/heads/main", token)).With(409).Message());
        (await GetAsync("repos/alice/fresh/git/ref/heads/main", token)).With(404);
        (await GetAsync("repos/alice/fresh/git/ref/heads/main", token)).With(200);
        (await GetAsync("repos/alice/fresh/git/ref/heads/master", token)).With(404);
    }

    [Fact]
    public async Task A_new_repository_has_the_default_branch_of_its_owner_and_is_public_unless_told()
    {
        GitHub.NewDefaultBranch = "trunk";
        GitHub.AddOrganization("corp");
        var token = GitHub.AddClassicToken("alice", "repo");

        var created = (await AskAsync("POST", "orgs/corp/repos", token, new { name = "fresh" })).With(201).Json;

        Assert.Equal(("corp/fresh", "trunk", false), (created.Text("full_name"), created.Text("default_branch"), created.GetProperty("private").GetBoolean()));
        Assert.True(created.GetProperty("permissions").GetProperty("admin").GetBoolean());
    }

    [Fact]
    public async Task A_repository_cannot_be_made_twice_or_without_the_right()
    {
        var token = GitHub.AddClassicToken("alice", "repo");
        (await AskAsync("POST", "user/repos", token, new { name = "fresh" })).With(201);

        var again = (await AskAsync("POST", "user/repos", token, new { name = "Fresh" })).With(422);

        Assert.Equal("Repository creation failed.", again.Message());
        Assert.Contains("name already exists on this account", again.Text, StringComparison.Ordinal);
        (await AskAsync("POST", "orgs/nobody/repos", token, new { name = "fresh" })).With(404);
        (await AskAsync("POST", "user/repos", GitHub.AddFineGrainedToken("alice", new Dictionary<string, Level>()), new { name = "x" })).With(403);
        (await AskAsync("POST", "user/repos", GitHub.AddClassicToken("alice"), new { name = "x" })).With(404);
    }

    [Fact]
    public async Task An_empty_repository_says_so_in_two_ways()
    {
        var empty = GitHub.AddRepository("acme/empty", empty: true);
        var token = GitHub.AddToken(empty, Role.Push);

        (await GetAsync("repos/acme/empty/git/trees/main", token)).With(409);
        Assert.Equal("This repository is empty.", (await GetAsync("repos/acme/empty/contents/a", token)).With(404).Message());
        (await AskAsync("POST", "repos/acme/empty/releases", token, new { tag_name = "a" })).With(422);
    }

    [Fact]
    public async Task The_default_branch_is_changed_by_admins_to_a_branch_that_is_there()
    {
        var admin = GitHub.AddToken(Packages, Role.Admin);
        Packages.Put("a", [1], "side");

        Assert.Equal("Must have admin rights to Repository.", (await SendAsync("PATCH", "", new { default_branch = "side" })).With(403).Message());
        (await AskAsync("PATCH", "repos/acme/packages", Reader, new { default_branch = "side" })).With(404);
        Assert.Equal(("default_branch", "invalid"), (await AskAsync("PATCH", "repos/acme/packages", admin, new { default_branch = "none" })).Error());
        (await AskAsync("PATCH", "repos/acme/packages", admin, new { default_branch = "side" })).With(200);
        Assert.Equal("side", Packages.DefaultBranch);
    }

    [Fact]
    public async Task A_renamed_repository_redirects_to_an_address_that_serves_for_everything()
    {
        Packages.Publish("a.whl", [1], "");
        Packages.Rename("renamed");

        var moved = (await GetAsync("/releases?per_page=1")).With(301);
        var posted = (await SendAsync("POST", "/releases", new { tag_name = "b.whl", draft = true })).With(307);

        Assert.Equal($"{GitHub.ApiUrl}repositories/{Packages.Id}/releases?per_page=1", moved["Location"]);
        Assert.Equal("Moved Permanently", moved.Message());
        var releases = (await GetAsync(moved["Location"] ?? "", Writer)).With(200).Json;
        Assert.Contains("/repos/acme/renamed/releases/", releases[0].Text("url"), StringComparison.Ordinal);
        (await GetAsync(moved["Location"] ?? "", token: null)).With(404);
        (await AskAsync("POST", posted["Location"] ?? "", Writer, new { tag_name = "b.whl", draft = true })).With(201);
        (await AskAsync("PUT", $"repositories/{Packages.Id}/contents/index.toml", Writer, new { message = "m", content = "" })).With(201);
        (await GetAsync("repos/acme/renamed", Writer)).With(200);
    }

    [Fact]
    public async Task A_repository_that_was_given_away_redirects_as_well()
    {
        Packages.Transfer(GitHub.AddOrganization("umbrella"));

        var moved = (await GetAsync("/releases")).With(301);

        Assert.Equal($"{GitHub.ApiUrl}repositories/{Packages.Id}/releases", moved["Location"]);
        Assert.Equal("umbrella/packages", (await GetAsync("repos/umbrella/packages", Writer)).With(200).Json.Text("full_name"));
    }

    [Fact]
    public async Task A_slash_at_the_end_is_not_found()
    {
        (await GetAsync("/releases")).With(200);
        (await GetAsync("/releases/")).With(404);
        (await GetAsync("/contents")).With(200);
        (await GetAsync("/contents/")).With(404);
    }

    [Fact]
    public async Task JSON_that_is_none_is_400()
    {
        var cut = new StringContent("{\"tag_name\":");

        Assert.Equal("Problems parsing JSON", (await AskAsync("POST", "repos/acme/packages/releases", Writer, content: cut)).With(400).Message());
    }

    [Fact]
    public async Task The_API_may_lie_below_a_path_and_the_uploads_beside_it()
    {
        await using var server = await FakeGitHub.StartAsync(apiPath: "/api/v3");
        var token = server.AddToken(server.AddRepository("acme/packages"), Role.Push);

        Assert.EndsWith("/api/v3", server.ApiUrl.AbsoluteUri, StringComparison.Ordinal);
        (await GetAsync(new Uri(server.ApiUrl, "/repos/acme/packages").AbsoluteUri, token)).With(404);
        var draft = (await AskAsync("POST", $"{server.ApiUrl}/repos/acme/packages/releases", token, new { tag_name = "a", draft = true })).With(201).Json;
        Assert.Contains("/api/uploads/repos/acme/packages/releases/", draft.Text("upload_url"), StringComparison.Ordinal);
        Assert.StartsWith(server.ApiUrl.AbsoluteUri + "/repos/", draft.Text("url"), StringComparison.Ordinal);
        (await GetAsync(draft.Text("url"), token)).With(200);
    }

    [Fact]
    public async Task A_pages_site_is_made_once()
    {
        var admin = GitHub.AddToken(Packages, Role.Admin);
        var site = new { source = new { branch = "gh-pages", path = "/" } };
        const string path = "repos/acme/packages/pages";

        (await AskAsync("POST", $"{path}/builds", admin)).With(404);
        (await AskAsync("POST", path, admin, site)).With(422);
        Packages.Put("index.html", [1], "gh-pages");
        (await AskAsync("POST", path, Writer, site)).With(404);
        Packages.PlanHasPages = false;
        Assert.StartsWith("Your current plan", (await AskAsync("POST", path, admin, site)).With(422).Message(), StringComparison.Ordinal);
        Packages.PlanHasPages = true;
        (await AskAsync("POST", path, admin, site)).With(201);
        Assert.Equal("GitHub Pages is already enabled.", (await AskAsync("POST", path, admin, site)).With(409).Message());
        (await AskAsync("POST", $"{path}/builds", admin)).With(201);
        Assert.Equal(1, Packages.PagesBuilds);
    }

    [Fact]
    public async Task Workflows_are_started_by_events_and_by_name()
    {
        Packages.Put(".github/workflows/main.yml", "on: [workflow_dispatch]"u8.ToArray());
        Packages.Put(".github/workflows/push.yml", "on: [push]"u8.ToArray());

        (await SendAsync("POST", "/dispatches", new { event_type = "published", client_payload = new { } })).With(204);
        (await SendAsync("POST", "/dispatches", new { event_type = new string('x', 101) })).With(422);
        (await SendAsync("POST", "/dispatches", new { event_type = "x", client_payload = Enumerable.Range(0, 11).ToDictionary(i => $"{i}") })).With(422);
        (await SendAsync("POST", "/actions/workflows/main.yml/dispatches", new { @ref = "main" })).With(204);
        (await SendAsync("POST", "/actions/workflows/main.yml/dispatches", new { @ref = "none" })).With(422);
        (await SendAsync("POST", "/actions/workflows/push.yml/dispatches", new { @ref = "main" })).With(422);
        (await SendAsync("POST", "/actions/workflows/none.yml/dispatches", new { @ref = "main" })).With(404);

        Assert.Equal(["published"], Packages.Dispatches);
        Assert.Equal([("main.yml", "main")], Packages.WorkflowRuns);
    }
}
