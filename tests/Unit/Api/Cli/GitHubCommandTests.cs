using PyWharf.Api.Commands;
using PyWharf.Infrastructure.Backends.GitHub.Commands;

namespace PyWharf.Unit.Api.Cli;

public sealed class GitHubCommandTests
{
    private const string Init = "github.init_pkg_repo";
    private const string Pages = "github.gen_gh_pages";

    private static readonly string[] NamedPages = [Pages, "--name=team", "--owner=acme", "--repo=packages", "--output_folder=out"];

    [Fact]
    public async Task A_repository_is_private_and_on_its_default_branch_unless_something_else_is_asked_for()
    {
        var plan = (await InitOf("--token=hunter2")).Plan;

        Assert.Equal(
            new PackageRepositoryPlan { Name = plan.Name, Repo = "packages", Image = $"ghcr.io/pywharf/pywharf:{Invocation.Version}" }, plan);
        Assert.Equal(("team", null, true, null), (plan.Name.ToString(), plan.Owner, plan.IsPrivate, plan.Branch));
        Assert.Equal("https://api.github.com/", plan.ApiUrl.AbsoluteUri);
    }

    [Fact]
    public async Task Every_flag_of_the_original_is_taken()
    {
        var plan = (await InitOf(
            "--token=hunter2", "--owner=acme", "--branch=master", "--index_filename=packages/index.toml", "--sync_index_interval=300",
            "--pywharf_version=0.2.3", "--enable_gh_pages", "--private=False", "--image=registry.example.com:5000/tools/pywharf",
            "--api_url=https://github.example.com/api/v3")).Plan;

        Assert.Equal(
            new PackageRepositoryPlan
            {
                Name = plan.Name,
                Owner = "acme",
                Repo = "packages",
                IsPrivate = false,
                Branch = "master",
                IndexFilename = "packages/index.toml",
                SyncIndexInterval = 300,
                Image = "registry.example.com:5000/tools/pywharf:0.2.3",
                HasPages = true,
                ApiUrl = new Uri("https://github.example.com/api/v3/"),
            },
            plan);
    }

    [Fact]
    public async Task The_token_comes_from_the_flag_or_from_the_variable_that_is_named()
    {
        var variables = new Dictionary<string, string> { ["TOKEN"] = "hunter2" };

        var named = await Invocation.With(variables, Init, "--name=team", "--repo=packages", "--token_env=TOKEN");
        var pages = await Invocation.With(variables, [.. NamedPages, "--token_env=TOKEN"]);

        Assert.Equal("hunter2", (await InitOf("--token=hunter2")).Token?.Reveal());
        Assert.Equal("hunter2", Assert.IsType<InitPkgRepoOptions>(named.Options).Token?.Reveal());
        Assert.Equal("hunter2", Assert.IsType<GenGhPagesOptions>(pages.Options).Token.Reveal());
    }

    [Fact]
    public async Task A_dry_run_needs_no_token_and_gets_none()
    {
        Assert.Null((await InitOf("--dry_run")).Token);
        Assert.Null((await InitOf("--dry_run", "--token=hunter2")).Token);
    }

    [Fact]
    public async Task The_static_index_has_the_defaults_of_the_configuration()
    {
        var asked = Assert.IsType<GenGhPagesOptions>((await Invocation.Of([.. NamedPages, "--token=hunter2"])).Options);

        Assert.Equal(("team", "acme", "packages"), (asked.Repository.Name.ToString(), asked.Repository.Owner, asked.Repository.Repo));
        Assert.Equal(
            ("master", "index.toml", "https://api.github.com/"),
            (asked.Repository.Branch, asked.Repository.IndexFilename, asked.Repository.ApiUrl.AbsoluteUri));
        Assert.Equal(Path.GetFullPath("out"), asked.OutputFolder);
    }

    [Theory]
    [InlineData("--name is missing", Init, "--repo=packages", "--token=x")]
    [InlineData("--repo is missing", Init, "--name=team", "--token=x")]
    [InlineData("--token or --token_env is missing", Init, "--name=team", "--repo=packages")]
    [InlineData("--token and --token_env exclude each other", Init, "--name=team", "--repo=packages", "--token=x", "--token_env=PATH")]
    [InlineData("--token_env names an environment variable that is not set", Init, "--name=team", "--repo=packages", "--token_env=NONE")]
    [InlineData("--owner is missing", Pages, "--name=team", "--repo=packages", "--output_folder=out", "--token=x")]
    [InlineData("--output_folder is missing", Pages, "--name=team", "--owner=acme", "--repo=packages", "--token=x")]
    [InlineData("--token or --token_env is missing", Pages, "--name=team", "--owner=acme", "--repo=packages", "--output_folder=out")]
    [InlineData("unknown flag --onwer; did you mean --owner?", Init, "--onwer=acme")]
    public async Task Wrong_usage_is_said_in_a_line(string complaint, params string[] args) =>
        Assert.Equal(complaint, (await Invocation.With(new() { ["PATH"] = "/bin" }, args)).Complaint);

    public static TheoryData<string> UnusableValues =>
    [
        "--name=simple", "--name=../team", "--name=$(id)",
        "--owner=acme/other", "--owner=..", "--owner=-x", "--owner=a b", "--owner=${{ secrets.X }}",
        "--repo=", "--repo=a/b", "--repo=a;b", "--repo=a\0b",
        "--branch=a..b", "--branch=/main", "--branch=main/", "--branch=a//b", "--branch=a b", "--branch=-f", "--branch=.git",
        "--index_filename=../index.toml", "--index_filename=/index.toml", "--index_filename=a\nb", "--index_filename=index`id`.toml",
        "--sync_index_interval=0", "--sync_index_interval=-1", "--sync_index_interval=2592001", "--sync_index_interval=1.5",
        "--image=pywharf:latest", "--image=-v", "--image=a b", "--image=$IMAGE", "--image=A",
        "--pywharf_version=", "--pywharf_version=1 --privileged", "--pywharf_version=-1",
        "--api_url=ftp://github.example.com/", "--api_url=https://user:password@github.example.com/", "--api_url=github.example.com",
        "--api_url=https://github.example.com/?a", "--api_url=",
        "--private=maybe",
    ];

    [Theory]
    [MemberData(nameof(UnusableValues))]
    public async Task What_a_shell_or_a_url_could_take_for_something_else_is_refused(string flag)
    {
        var name = flag.Split('=')[0];
        string[] given = ["--name=team", "--repo=packages", "--token=x"];

        var complaint = (await Invocation.Of([Init, .. given.Where(other => !other.StartsWith(name, StringComparison.Ordinal)), flag])).Complaint;

        Assert.StartsWith($"{name} must be ", complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_for_prints_no_token()
    {
        Assert.DoesNotContain("hunter2", (await InitOf("--token=hunter2")).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", $"{(await Invocation.Of([.. NamedPages, "--token=hunter2"])).Options}", StringComparison.Ordinal);
    }

    private static async Task<InitPkgRepoOptions> InitOf(params string[] flags) =>
        Assert.IsType<InitPkgRepoOptions>((await Invocation.Of([Init, "--name=team", "--repo=packages", .. flags])).Options);
}
