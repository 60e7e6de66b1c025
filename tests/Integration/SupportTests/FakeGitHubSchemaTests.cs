using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

/// <summary>
/// Every answer of a fake GitHub, in whatever test, is held against GitHub's own description of its API; a fake that found a mistake
/// fails its test when it is disposed of. These tests walk through all of it.
/// </summary>
public class FakeGitHubSchemaTests : FakeGitHubTest
{
    [FactWhen(Needs.GitHubDescription)]
    public void Every_route_of_the_fake_is_one_of_GitHub() =>
        Assert.All(Routes.All, route => Assert.True(GitHubDescription.Current?.Has(route), $"GitHub has no {route}."));

    [FactWhen(Needs.GitHubDescription)]
    public async Task Every_route_answers_as_described()
    {
        var admin = GitHub.AddToken(Packages, Role.Admin);
        await WalkAccountsAsync(admin);
        await WalkReleasesAsync();
        await WalkGitAsync();
        await WalkPagesAndWorkflowsAsync(admin);

        var walked = GitHub.Log.All.Where(request => request.Status is >= 200 and < 300).Select(request => request.Route);
        Assert.Empty(Routes.All.Except(walked));
        Assert.Empty(GitHub.Mistakes.Found);
    }

    [FactWhen(Needs.GitHubDescription)]
    public async Task Errors_are_as_described()
    {
        var packages = "repos/acme/packages";
        var release = await DraftAsync("a.whl");
        (await GetAsync("user", token: null)).With(401);
        (await GetAsync("user", GitHub.AddActionsToken(Packages))).With(403);
        (await GetAsync(packages, token: null)).With(404);
        (await GetAsync("no/such/call", Writer)).With(404);
        (await AskAsync("PATCH", packages, Writer, new { archived = true })).With(403);
        (await AskAsync("POST", "user/repos", Writer, new { name = "" })).With(422);
        (await SendAsync("POST", "/releases", new { tag_name = "a b", draft = true })).With(422);
        (await SendAsync("POST", "/releases", new { })).With(422);
        (await AskAsync("POST", $"{packages}/releases", Writer, content: new StringContent("{"))).With(400);
        (await UploadAsync(release, "?name=a.whl", [1])).With(201);
        (await UploadAsync(release, "?name=a.whl", [1])).With(422);
        (await UploadAsync(release, "", [1])).With(400);
        (await SendAsync("PUT", "/contents/README.md", new { message = "m", content = "", sha = "0" })).With(409);
        (await SendAsync("PUT", "/contents/README.md", new { message = "m", content = "" })).With(422);
        (await SendAsync("POST", "/git/refs", new { @ref = "x", sha = "0" })).With(422);
        (await SendAsync("DELETE", "/git/refs/heads/none")).With(422);
        (await GetAsync("/commits/none")).With(422);
        (await SendAsync("POST", "/pages/builds")).With(404);
        GitHub.AddRepository("acme/nothing", empty: true).SetRole(Writer.User, Role.Push);
        (await GetAsync("repos/acme/nothing/git/trees/main", Writer)).With(409);
        (await GetAsync("repos/acme/nothing/contents/a", Writer)).With(404);
        Packages.Rename("moved");
        (await GetAsync(packages, Writer)).With(301);
        (await AskAsync("DELETE", $"{packages}/releases/1", Writer)).With(307);
        GitHub.RateLimits.ExceedSecondary(status: 429);
        (await GetAsync("user", Writer)).With(429);
        GitHub.RateLimits.Exhaust(TimeSpan.FromHours(1));
        (await GetAsync("user", Writer)).With(403);

        Assert.Empty(GitHub.Mistakes.Found);
    }

    [FactWhen(Needs.GitHubDescription)]
    public async Task A_failed_upload_leaves_a_state_that_the_description_forgets()
    {
        Packages.AddDraft("a.whl", [1]).Assets[0].State = "starter";

        Assert.Equal("starter", (await GetAsync("/releases")).With(200).Json[0].GetProperty("assets")[0].Text("state"));
        Assert.Empty(GitHub.Mistakes.Found);
    }

    [FactWhen(Needs.GitHubDescription)]
    public async Task An_answer_that_is_not_as_described_fails_its_test()
    {
        var other = await OtherAsync();
        other.Packages.AddDraft("a.whl", [1]).Assets[0].State = "half";

        (await GetAsync($"{other.GitHub.ApiUrl}repos/acme/packages/releases", other.Token)).With(200);

        var mistake = (await Assert.ThrowsAsync<InvalidOperationException>(async () => await other.GitHub.DisposeAsync())).Message;
        Assert.Contains("the answer 200 to GET /repos/{owner}/{repo}/releases is not as described", mistake, StringComparison.Ordinal);
        Assert.Contains("/0/assets/0/state: half is none of uploaded, open, starter", mistake, StringComparison.Ordinal);
    }

    [FactWhen(Needs.GitHubDescription)]
    public async Task A_request_that_GitHub_would_refuse_fails_its_test()
    {
        var other = await OtherAsync();

        (await AskAsync("POST", $"{other.GitHub.ApiUrl}repos/acme/packages/releases", other.Token, new { tag_name = "a.whl", draft = true, name = 1 })).With(201);

        var mistake = (await Assert.ThrowsAsync<InvalidOperationException>(async () => await other.GitHub.DisposeAsync())).Message;
        Assert.Contains("/name: 1 is no string", mistake, StringComparison.Ordinal);
    }

    private static async Task<Other> OtherAsync()
    {
        var github = await FakeGitHub.StartAsync();
        var packages = github.AddRepository("acme/packages");

        return new Other(github, packages, github.AddToken(packages, Role.Push));
    }

    private async Task WalkAccountsAsync(FakeToken admin)
    {
        (await GetAsync("user", Writer)).With(200);
        (await GetAsync("rate_limit", Writer)).With(200);
        (await AskAsync("POST", "user/repos", Writer, new { name = "mine", @private = true, auto_init = true })).With(201);
        (await AskAsync("POST", "orgs/acme/repos", Writer, new { name = "ours" })).With(201);
        (await GetAsync("")).With(200);
        (await GetAsync($"repositories/{Packages.Id}", Writer)).With(200);
        GitHub.AddRepository("acme/open", @private: false);
        (await GetAsync("repos/acme/open", token: null)).With(200);
        (await AskAsync("PATCH", "repos/acme/packages", admin, new { description = "Packages", homepage = "https://acme.example/" })).With(200);
        (await GetAsync($"/collaborators/{Reader.User}/permission")).With(200);
    }

    private async Task WalkReleasesAsync()
    {
        var draft = await DraftAsync("a.whl");
        var asset = (await UploadAsync(draft, "?name=a.whl", [1])).With(201).Json;
        (await GetAsync(draft.Text("url"), Writer)).With(200);
        (await PublishAsync(draft)).With(200);
        (await GetAsync("/releases/tags/a.whl")).With(200);
        (await GetAsync("/releases")).With(200);
        (await GetAsync(draft.Text("assets_url"), Writer)).With(200);
        (await GetAsync(asset.Text("url"), Writer)).With(200);
        (await GetAsync(asset.Text("url"), Writer, ("Accept", "application/octet-stream"))).With(302);
        Packages.LacksDigests = true;
        (await GetAsync(asset.Text("url"), Writer)).With(200);
        (await AskAsync("POST", "repos/acme/packages/releases", GitHub.AddActionsToken(Packages), new { tag_name = "b.whl", draft = true })).With(201);
        (await AskAsync("DELETE", asset.Text("url"), Writer)).With(204);
        (await AskAsync("DELETE", draft.Text("url"), Writer)).With(204);
    }

    private async Task WalkGitAsync()
    {
        Packages.Put("folder/file", [1]);
        var head = (await GetAsync("/git/ref/heads/main")).With(200).Json.GetProperty("object").Text("sha");
        (await SendAsync("POST", "/git/refs", new { @ref = "refs/heads/other", sha = head })).With(201);
        (await SendAsync("DELETE", "/git/refs/heads/other")).With(204);
        (await GetAsync("/git/trees/main")).With(200);
        var tree = (await GetAsync("/git/trees/main?recursive=1")).With(200).Json.GetProperty("tree");
        var file = tree.EnumerateArray().First(entry => entry.Text("type") == "blob").Text("sha");
        (await GetAsync($"/git/blobs/{file}")).With(200);
        (await GetAsync("/commits/main")).With(200);
        (await GetAsync("/contents")).With(200);
        (await GetAsync("/contents/folder/file")).With(200);
        (await GetAsync("/contents/folder/file", ("Accept", "application/vnd.github.raw+json"))).With(200);
        var change = new { message = "m", content = "eA==", branch = "main" };
        var written = (await SendAsync("PUT", "/contents/new", change)).With(201).Json.GetProperty("content").Text("sha");
        written = (await SendAsync("PUT", "/contents/new", new { change.message, content = "", sha = written })).With(200).Json.GetProperty("content").Text("sha");
        (await SendAsync("DELETE", "/contents/new", new { change.message, sha = written })).With(200);
    }

    private async Task WalkPagesAndWorkflowsAsync(FakeToken admin)
    {
        (await AskAsync("POST", "repos/acme/packages/pages", admin, new { source = new { branch = "main", path = "/" } })).With(201);
        (await GetAsync("/pages")).With(200);
        (await SendAsync("POST", "/pages/builds")).With(201);
        (await SendAsync("POST", "/dispatches", new { event_type = "published" })).With(204);
        Packages.Put(".github/workflows/main.yml", "on: workflow_dispatch"u8.ToArray());
        (await SendAsync("POST", "/actions/workflows/main.yml/dispatches", new { @ref = "main" })).With(204);
        (await SendAsync("POST", "/actions/workflows/main.yml/dispatches", new { @ref = "main", return_run_details = true })).With(200);
    }

    private sealed record Other(FakeGitHub GitHub, FakeRepository Packages, FakeToken Token);
}
