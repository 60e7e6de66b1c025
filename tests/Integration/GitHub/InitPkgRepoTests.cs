using System.Text;
using PyWharf.Infrastructure.Backends.GitHub.Commands;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>github.init_pkg_repo.</summary>
public sealed class InitPkgRepoTests : IAsyncLifetime
{
    private FakeGitHub _github = null!; // set before each test
    private FakeToken _token = null!; // as well

    public async Task InitializeAsync()
    {
        _github = await FakeGitHub.StartAsync();
        _token = _github.AddClassicToken("octocat", "repo", "workflow");
    }

    public Task DisposeAsync() => _github.DisposeAsync().AsTask();

    [Fact]
    public async Task Without_an_owner_it_is_a_private_repository_of_ones_own()
    {
        var run = (await RunAsync()).Succeeded();

        var repository = Assert.Single(_github.Repositories);
        Assert.Equal(("octocat/packages", true, "main"), (repository.FullName, repository.Private, repository.DefaultBranch));
        Assert.Equal(
            $"""
            [team]
            type = "github"
            owner = "octocat"
            repo = "packages"
            branch = "main"
            api_url = "{ApiUrl}"

            """,
            run.Stdout);
        Assert.Contains("octocat/packages: created, private.", run.Stderr, StringComparison.Ordinal);
        Assert.Contains($"{IndexWorkflow.Path}: created on main.", run.Stderr, StringComparison.Ordinal);
        Assert.Contains("env = \"PYWHARF_GITHUB_TOKEN\"", run.Stderr, StringComparison.Ordinal);
        Assert.Contains("--name=team", Workflow(repository), StringComparison.Ordinal);
        Assert.Null(repository.Pages);
    }

    [Fact]
    public async Task It_can_be_a_public_repository_of_an_organisation_with_the_index_on_a_branch_of_its_own()
    {
        _github.AddOrganization("acme");

        var run = (await RunAsync("--owner=acme", "--private=False", "--branch=master", "--sync_index_interval=300")).Succeeded();

        var repository = Assert.Single(_github.Repositories);
        Assert.Equal(("acme/packages", false, "main"), (repository.FullName, repository.Private, repository.DefaultBranch));
        Assert.NotEmpty(repository.History("master"));
        Assert.Contains("--branch=master", Workflow(repository), StringComparison.Ordinal);
        Assert.DoesNotContain("branch", run.Stdout, StringComparison.Ordinal);
        Assert.Contains("sync_index_interval = 300", run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_never_printed()
    {
        var good = await RunAsync();
        var unknown = await PyWharfProcess.RunAsync([.. Command("--token=ghp_nobodyknowsthis"), "--debug"]);

        Assert.DoesNotContain(_token.Value, good.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("GitHub does not know this token", unknown.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("ghp_nobodyknowsthis", unknown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_prints_the_same()
    {
        var first = (await RunAsync("--enable_gh_pages")).Succeeded();
        _github.Log.Clear();

        var second = (await RunAsync("--enable_gh_pages")).Succeeded();

        Assert.Equal(first.Stdout, second.Stdout);
        Assert.Equal(["/repos/octocat/packages/pages"], _github.Log.All.Where(request => request.Writes).Select(request => request.Path));
    }

    [Fact]
    public async Task A_dry_run_asks_GitHub_nothing()
    {
        var run = (await PyWharfProcess.RunAsync(Command("--dry_run", "--enable_gh_pages", "--owner=acme"))).Succeeded();

        Assert.Empty(_github.Log.All);
        Assert.Empty(run.Stderr);
        Assert.Contains("- acme/packages: create, private, or take it", run.Stdout, StringComparison.Ordinal);
        Assert.Contains("name: pywharf\n\non:\n", run.Stdout, StringComparison.Ordinal);
        Assert.Contains("[team]\ntype = \"github\"\nowner = \"acme\"\n", run.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_is_used_for_something_else_is_left_alone()
    {
        var repository = _github.AddRepository("octocat/packages");
        repository.Put("setup.py", "print()"u8.ToArray());
        repository.Put(IndexWorkflow.Path, "run: make test"u8.ToArray());

        var run = await FailAsync();

        Assert.Contains("octocat/packages is used for something else: it has .github/workflows/main.yml, setup.py.", run, StringComparison.Ordinal);
        Assert.DoesNotContain(_github.Log.All, request => request.Writes);
    }

    [Fact]
    public async Task A_repository_that_the_original_made_gets_another_workflow()
    {
        var repository = _github.AddRepository("octocat/packages", @private: false, defaultBranch: "master");
        repository.Put(IndexWorkflow.Path, "uses: docker://pywharf/pywharf:0.2.3\nwith:\n  args: update_index --type github"u8.ToArray());
        repository.Put("index.toml", "mtime = 1\npkgs = []\n"u8.ToArray());
        repository.Put("mine.txt", "mine"u8.ToArray());

        var run = (await RunAsync("--private=False")).Succeeded();

        Assert.Contains($"{IndexWorkflow.Path}: updated on master.", run.Stderr, StringComparison.Ordinal);
        Assert.Contains("docker run", Workflow(repository), StringComparison.Ordinal);
        Assert.Equal("mtime = 1\npkgs = []\n", Text(repository.Read("index.toml")));
    }

    [Theory]
    [InlineData(true, "--private=False", "is there and private")]
    [InlineData(false, "--private", "is there and public")]
    public async Task Who_sees_a_repository_that_is_there_is_not_a_surprise(bool isPrivate, string flag, string problem)
    {
        _github.AddRepository("octocat/packages", isPrivate);

        Assert.Contains(problem, await FailAsync(flag), StringComparison.Ordinal);
        Assert.DoesNotContain(_github.Log.All, request => request.Writes);
    }

    [Fact]
    public async Task A_token_without_the_scope_for_workflows_is_told_so_and_another_one_goes_on()
    {
        var narrow = _github.AddClassicToken("octocat", "repo");

        var failed = await PyWharfProcess.RunAsync(Command("--token_env=TOKEN"), [("TOKEN", narrow.Value)]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("it needs the scope workflow", failed.Stderr, StringComparison.Ordinal);
        Assert.Empty(failed.Stdout);
        (await RunAsync()).Succeeded();
    }

    [Fact]
    public async Task A_fine_grained_token_needs_the_permissions_that_are_named()
    {
        var permissions = new Dictionary<string, Level> { ["contents"] = Level.Write };
        var narrow = _github.AddFineGrainedToken("octocat", permissions);

        var notCreated = await PyWharfProcess.RunAsync(Command("--token_env=TOKEN"), [("TOKEN", narrow.Value)]);
        _github.AddRepository("octocat/packages");
        var notWritten = await PyWharfProcess.RunAsync(Command("--token_env=TOKEN"), [("TOKEN", narrow.Value)]);

        Assert.Equal((1, 1), (notCreated.ExitCode, notWritten.ExitCode));
        Assert.Contains("the permission Administration", notCreated.Stderr, StringComparison.Ordinal);
        Assert.Contains("the permissions Contents and Workflows", notWritten.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_workflow_belongs_to_nobody()
    {
        var actions = _github.AddActionsToken(_github.AddRepository("octocat/packages"));

        var failed = await PyWharfProcess.RunAsync(Command("--token_env=TOKEN"), [("TOKEN", actions.Value)]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("as with the token of a workflow: --owner names the account", failed.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_owner_that_is_neither_oneself_nor_an_organisation_of_ones_own_is_told_apart_from_a_missing_right()
    {
        _github.AddUser("somebody");

        Assert.Contains(
            "somebody is no organisation where this token may create repositories, and not its own account, octocat", await FailAsync("--owner=somebody"), StringComparison.Ordinal);
        Assert.Empty(_github.Repositories);
    }

    [Fact]
    public async Task A_renamed_repository_is_not_taken_under_its_old_name()
    {
        _github.AddRepository("octocat/packages").Rename("other");

        Assert.Contains("octocat/other is called octocat/other now", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archived_repository_is_refused()
    {
        _github.AddRepository("octocat/packages").Archived = true;

        Assert.Contains("is archived", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_have_a_branch_with_a_first_page_and_come_before_the_workflow()
    {
        var run = (await RunAsync("--enable_gh_pages", "--private=False")).Succeeded();

        var repository = Assert.Single(_github.Repositories);
        Assert.Equal(("gh-pages", "/"), repository.Pages);
        Assert.Equal("Initialized.\n", Text(repository.Read("index.html", "gh-pages")));
        // A push by the token of a workflow may not take a workflow away, so there must be none on that branch.
        Assert.Null(repository.Read(IndexWorkflow.Path, "gh-pages"));
        Assert.Contains("github.gen_gh_pages", Workflow(repository), StringComparison.Ordinal);
        Assert.DoesNotContain("warning", run.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_a_private_repository_are_warned_of()
    {
        Assert.Contains("warning: everybody can read the pages of a private repository", (await RunAsync("--enable_gh_pages")).Succeeded().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_without_pages_is_explained_and_the_rest_goes_on_without_them()
    {
        var repository = _github.AddRepository("octocat/packages");
        repository.PlanHasPages = false;

        var failed = await FailAsync("--enable_gh_pages");
        (await RunAsync()).Succeeded();

        Assert.Contains("Your current plan does not support GitHub Pages", failed, StringComparison.Ordinal);
        Assert.Contains("Leave --enable_gh_pages out", failed, StringComparison.Ordinal);
        Assert.Null(repository.Pages);
    }

    [Fact]
    public async Task GitHub_out_of_reach_is_one_line()
    {
        var failed = await PyWharfProcess.RunAsync(
            ["github.init_pkg_repo", "--name=team", "--repo=packages", "--token=x", "--owner=acme", "--api_url=http://127.0.0.1:9/"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("GitHub is in trouble or can't be reached", Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private string ApiUrl => _github.ApiUrl.AbsoluteUri.TrimEnd('/');

    private static string Workflow(FakeRepository repository) => Text(repository.Read(IndexWorkflow.Path));

    private static string Text(byte[]? content) => Encoding.UTF8.GetString(content ?? []);

    private string[] Command(params string[] flags) =>
        ["github.init_pkg_repo", "--name=team", "--repo=packages", $"--api_url={ApiUrl}", .. flags];

    private Task<ProcessResult> RunAsync(params string[] flags) =>
        PyWharfProcess.RunAsync(Command(["--token_env=TOKEN", .. flags]), [("TOKEN", _token.Value)]);

    /// <summary>The last line of the output of a failed run.</summary>
    private async Task<string> FailAsync(params string[] flags)
    {
        var run = await RunAsync(flags);
        Assert.Equal((1, ""), (run.ExitCode, run.Stdout));

        return run.Stderr.TrimEnd('\n').Split('\n')[^1];
    }
}
