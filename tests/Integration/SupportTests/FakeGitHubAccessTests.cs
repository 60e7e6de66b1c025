using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

public class FakeGitHubAccessTests : FakeGitHubTest
{
    private const string Path = "repos/acme/packages";

    private static readonly Dictionary<string, Level> ReadsContents = new() { ["contents"] = Level.Read };

    [Fact]
    public async Task Without_a_user_agent_nothing_is_answered_but_a_page()
    {
        var answer = (await GetAsync(Path, Writer, ("User-Agent", ""))).With(403);

        Assert.StartsWith("text/html", answer["Content-Type"], StringComparison.Ordinal);
        Assert.StartsWith("Request forbidden by administrative rules", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_version_of_the_API_is_400_and_the_pinned_one_is_fine()
    {
        (await GetAsync(Path, Writer, ("X-GitHub-Api-Version", "2011-01-01"))).With(400);
        (await GetAsync(Path, Writer, ("X-GitHub-Api-Version", "2022-11-28"))).With(200);
    }

    [Fact]
    public async Task An_unknown_token_is_401_even_where_everybody_may_read()
    {
        GitHub.AddRepository("acme/open", @private: false);
        GitHub.Revoke(Reader);

        Assert.Equal("Bad credentials", (await GetAsync(Path, Reader)).With(401).Message());
        (await GetAsync("repos/acme/open", Reader)).With(401);
        (await GetAsync("repos/acme/open", token: null)).With(200);
    }

    [Fact]
    public async Task Both_schemes_of_authorization_are_known()
    {
        (await GetAsync(Path, token: null, ("Authorization", $"token {Writer.Value}"))).With(200);
        (await GetAsync(Path, token: null, ("Authorization", $"bearer {Writer.Value}"))).With(200);
        (await GetAsync(Path, token: null, ("Authorization", $"Basic {Writer.Value}"))).With(401);
    }

    [Fact]
    public async Task A_private_repository_is_not_found_by_those_who_may_not_see_it()
    {
        (await GetAsync(Path, token: null)).With(404);
        (await GetAsync(Path, GitHub.AddClassicToken("stranger", "repo"))).With(404);
        (await GetAsync(Path, GitHub.AddClassicToken(Writer.User))).With(404);
        (await GetAsync(Path, GitHub.AddFineGrainedToken(Writer.User, ReadsContents, GitHub.AddRepository("acme/other")))).With(404);
        Assert.Null((await GetAsync(Path, GitHub.AddFineGrainedToken(Writer.User, ReadsContents))).With(200)["X-OAuth-Scopes"]);
        Assert.Equal("repo", (await GetAsync(Path, Writer)).With(200)["X-OAuth-Scopes"]);
    }

    [Fact]
    public async Task The_permissions_of_a_repository_are_the_role_of_the_user_not_of_the_token()
    {
        Packages.SetRole("maintainer", Role.Maintain);
        var narrow = GitHub.AddFineGrainedToken("maintainer", ReadsContents);

        var permissions = (await GetAsync(Path, narrow)).With(200).Json.GetProperty("permissions");

        Assert.False(permissions.GetProperty("admin").GetBoolean());
        Assert.True(permissions.GetProperty("push").GetBoolean());
        (await AskAsync("POST", $"{Path}/releases", narrow, new { tag_name = "a", draft = true })).With(403);
    }

    [Fact]
    public async Task A_refused_write_is_404_for_classic_tokens_and_403_for_the_others()
    {
        var draft = new { tag_name = "a.whl", draft = true };

        (await AskAsync("POST", $"{Path}/releases", Reader, draft)).With(404);
        var fine = await AskAsync("POST", $"{Path}/releases", GitHub.AddFineGrainedToken(Writer.User, ReadsContents), draft);
        var actions = await AskAsync("POST", $"{Path}/releases", GitHub.AddActionsToken(Packages, Level.Read), draft);

        Assert.Equal("Resource not accessible by personal access token", fine.With(403).Message());
        Assert.Equal("contents=write", fine["X-Accepted-GitHub-Permissions"]);
        Assert.Equal("Resource not accessible by integration", actions.With(403).Message());
        (await AskAsync("POST", $"{Path}/releases", GitHub.AddActionsToken(Packages), draft)).With(201);
    }

    [Fact]
    public async Task A_public_repository_is_written_to_with_the_smaller_scope_and_not_without_a_token()
    {
        var open = GitHub.AddRepository("acme/open", @private: false);
        open.SetRole("dev", Role.Push);
        var draft = new { tag_name = "a.whl", draft = true };

        (await AskAsync("POST", "repos/acme/open/releases", token: null, draft)).With(401);
        (await AskAsync("POST", "repos/acme/open/releases", GitHub.AddClassicToken("dev"), draft)).With(404);
        (await AskAsync("POST", "repos/acme/open/releases", GitHub.AddClassicToken("dev", "public_repo"), draft)).With(201);
    }

    [Fact]
    public async Task An_archived_repository_can_be_read_only()
    {
        Packages.Archived = true;

        Assert.True((await GetAsync("")).With(200).Json.GetProperty("archived").GetBoolean());
        Assert.Contains("archived", (await SendAsync("POST", "/releases", new { tag_name = "a" })).With(403).Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_workflow_run_has_no_user()
    {
        Assert.Equal(Reader.User, (await GetAsync("user", Reader)).With(200).Json.Text("login"));
        (await GetAsync("user", GitHub.AddActionsToken(Packages))).With(403);
        (await GetAsync("user", token: null)).With(401);
    }

    [Fact]
    public async Task Workflow_files_take_a_scope_of_their_own()
    {
        var file = new { message = "m", content = "YQ==" };
        var both = GitHub.AddClassicToken(Writer.User, "repo", "workflow");
        var fine = GitHub.AddFineGrainedToken(Writer.User, new Dictionary<string, Level> { ["contents"] = Level.Write });

        (await AskAsync("PUT", $"{Path}/contents/.github/workflows/main.yml", Writer, file)).With(404);
        (await AskAsync("PUT", $"{Path}/contents/.github/workflows/main.yml", fine, file)).With(403);
        (await AskAsync("PUT", $"{Path}/contents/.github/workflows/main.yml", both, file)).With(201);
        (await AskAsync("PUT", $"{Path}/contents/.github/other.yml", Writer, file)).With(201);
    }

    [Fact]
    public async Task Publishing_where_the_workflows_differ_takes_the_scope_too()
    {
        Packages.Put(".github/workflows/main.yml", [1], "side");
        var release = new { tag_name = "a.whl", target_commitish = "side" };

        (await SendAsync("POST", "/releases", release)).With(404);
        (await AskAsync("POST", $"{Path}/releases", GitHub.AddClassicToken(Writer.User, "repo", "workflow"), release)).With(201);
    }

    [Fact]
    public async Task Who_may_push_may_ask_what_others_may_do()
    {
        Packages.SetRole(GitHub.AddUser("maintainer").Login, Role.Maintain);

        var answer = (await GetAsync("/collaborators/maintainer/permission")).With(200).Json;

        Assert.Equal(("write", "maintain"), (answer.Text("permission"), answer.Text("role_name")));
        var refused = (await GetAsync($"{Path}/collaborators/maintainer/permission", Reader)).With(403);
        Assert.Equal("Must have push access to view collaborator permission.", refused.Message());
    }

    [Fact]
    public async Task After_many_bad_tokens_good_ones_are_refused_as_well()
    {
        GitHub.FailedLoginsAllowed = 2;
        GitHub.Revoke(Reader);

        (await GetAsync(Path, Reader)).With(401);
        (await GetAsync(Path, Reader)).With(401);
        (await GetAsync(Path, Writer)).With(200);
        (await GetAsync(Path, Reader)).With(403);
        Assert.StartsWith("Maximum number of login attempts", (await GetAsync(Path, Writer)).With(403).Message(), StringComparison.Ordinal);
    }
}
