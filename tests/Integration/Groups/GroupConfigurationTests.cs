using PyWharf.Integration.Support;

namespace PyWharf.Integration.Groups;

/// <summary>Groups in the commands and in configurations that change.</summary>
public sealed class GroupConfigurationTests : IDisposable
{
    private const string Members =
        """
        [team]
        type = "file_system"
        write_secret = "team-write"
        [shared]
        type = "file_system"
        write_secret = "shared-write"

        """;

    private const string Group = "[all]\ntype = \"group\"\nmembers = [\"team\", \"shared\"]\nread_secret = \"all-read\"\n";

    private readonly TempFolder _root = new();

    private string Config => _root.At("config.toml");

    [Theory]
    [InlineData("members = [\"all\"]", "3:12: \"members\" in [all]: a group is no member of itself")]
    [InlineData("members = [\"team\", \"tema\"]", "3:20: \"members\" in [all]: there is no repository [tema]; did you mean [team]?")]
    [InlineData("members = [\"team\", \"TEAM\"]", "3:20: \"members\" in [all]: [team] is named twice")]
    [InlineData("members = [\"other\"]\n[other]\ntype = \"group\"\nmembers = [\"all\"]", "3:12: \"members\" in [all]: [other] is a group, and groups are no members of groups: name its members")]
    [InlineData("members = []", "3:11: \"members\" in [all] is empty: a group has at least one member")]
    [InlineData("members = [1]", "3:12: \"members\" in [all]: a member is the name of a repository; found: integer")]
    [InlineData("members = [\"simple\"]", "3:12: \"members\" in [all]: 'simple' cannot be the name of a repository, because the server has a page of that name.")]
    [InlineData("members = \"team\"", "3:11: \"members\" in [all] must be an array of names of repositories such as [\"team\", \"shared\"]; found: string")]
    [InlineData("", "1:2: [all] lacks the key \"members\": the repositories that it shows; a project is that of the first one that has it")]
    [InlineData("members = [\"team\"]\nwrite_secret = \"x\"", "4:1: unknown key \"write_secret\" in [all]; allowed keys: type, reserve, anonymous_read, members, read_secret, read_secret_env, read_secret_file, read_secret_sha256, tokens; did you mean \"read_secret\"?")]
    [InlineData("members = [\"team\"]\nmax_file_bytes = 1", "4:1: unknown key \"max_file_bytes\" in [all]; allowed keys: type, reserve, anonymous_read, members, read_secret, read_secret_env, read_secret_file, read_secret_sha256, tokens")]
    [InlineData("members = [\"team\"]\n[all.upstream]\nmode = \"off\"", "4:6: [all] is a group, which has no table \"upstream\": its members have their own")]
    [InlineData("members = [\"team\"]\n[all.policy]\n", "4:6: [all] is a group, which has no table \"policy\": its members have their own")]
    [InlineData("members = [\"team\"]\n[all.tokens.ci]\nsha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\npermission = \"write\"", "6:14: \"permission\" in [all.tokens.ci] must be \"read\": [all] is a group, which is read only")]
    public async Task What_is_wrong_is_told_with_its_place(string keys, string problem)
    {
        await File.WriteAllTextAsync(Config, $"[all]\ntype = \"group\"\n{keys}\n{Members}");

        var checked_ = await PyWharfProcess.RunAsync(["check_config", "--config", Config]);

        Assert.Equal(1, checked_.ExitCode);
        Assert.Contains($"{Config}:{problem}\n", checked_.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_has_no_admin_secret()
    {
        await File.WriteAllTextAsync(Config, Group + Members);
        await File.WriteAllTextAsync(_root.At("admin_secret.toml"), "[all]\ntype = \"group\"\nraw = \"x\"\n");

        (await PyWharfProcess.RunAsync(["check_config", "--config", Config, "--admin_secret", _root.At("admin_secret.toml")])).Failed()
            .Saying("admin_secret.toml:1:2: [all] is a group, which has no admin secret: its members have theirs");
    }

    [Fact]
    public async Task The_effective_configuration_has_the_group()
    {
        await File.WriteAllTextAsync(Config, Group + Members);

        Assert.Contains(
            "[all]\ntype = \"group\"\nreserve = []\nanonymous_read = false\nmembers = [\"team\", \"shared\"]\nread_secret = \"********\"",
            (await PyWharfProcess.RunAsync(["check_config", "--config", Config])).Succeeded().Stdout,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_group_of_the_guide_is_one()
    {
        var guide = await File.ReadAllTextAsync(RepositoryRoot.At("docs", "upstream.md"));
        var block = guide.Split("```toml\n").Single(part => part.StartsWith("[all]", StringComparison.Ordinal)).Split("```")[0];
        await File.WriteAllTextAsync(Config, block + Members);

        (await PyWharfProcess.RunAsync(["check_config", "--config", Config], [("ALL_READ", "secret")])).Succeeded().Saying("members = [\"team\", \"shared\"]");
    }

    [Fact]
    public async Task Commands_work_on_members_and_make_tokens_of_groups_that_read()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Group + Members);
        using var team = server.Client("team", "team-write");
        await team.PublishAsync(Wheels.Build("demo", "1.0"));

        foreach (var command in (string[][])
        [
            ["update_index", "file_system", "all", "--root", _root.Path, "--config", Config],
            ["update_index", "group", "all", "--root", _root.Path, "--config", Config],
            ["yank", "all", "demo", "1.0", "--root", _root.Path, "--config", Config],
            ["delete", "all", "demo", "1.0", "--yes", "--root", _root.Path, "--config", Config],
            ["import", "all", _root.Path, "--root", _root.Path, "--config", Config],
            ["import", "team", "all", "--root", _root.Path, "--config", Config],
            ["verify", _root.Path, "--config", Config, "--repository", "all"],
            ["token", "new", "all", "ci", "--permission", "write", "--root", _root.Path, "--config", Config],
        ])
        {
            var result = (await PyWharfProcess.RunAsync(command)).Saying("is a group").Saying("team, shared");
            Assert.Equal((2, command), (result.ExitCode, command));
        }

        (await PyWharfProcess.RunAsync(["explain", "all", "demo", "--root", _root.Path, "--config", Config])).Succeeded().Saying("team");
        var token = (await PyWharfProcess.RunAsync(["token", "new", "all", "ci", "--root", _root.Path, "--config", Config])).Succeeded().Stdout.Trim();
        using var reader = server.Client("__token__", token);
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await reader.FilenamesAsync("demo"));
        (await PyWharfProcess.RunAsync(["verify", _root.Path, "--config", Config])).Succeeded();
        var backup = await PyWharfProcess.RunAsync(["backup", _root.Path, _root.At("..", Path.GetFileName(_root.Path) + "-copy"), "--config", Config]);
        Directory.Delete(_root.Path + "-copy", recursive: true);
        Assert.DoesNotContain("all", backup.Succeeded().Stdout.Split('\n', 2)[1], StringComparison.Ordinal);
        (await PyWharfProcess.RunAsync(["token", "revoke", "all", "ci", "--root", _root.Path, "--config", Config])).Succeeded();
        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/")).Status == 401);
    }

    [Fact]
    public async Task A_reload_changes_members_and_order_and_breaks_no_request()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Group + Members);
        using var team = server.Client("team", "team-write");
        using var shared = server.Client("shared", "shared-write");
        using var reader = server.Client("all", "all-read");
        await team.PublishAsync(Wheels.Build("demo", "1.0"));
        await shared.PublishAsync(Wheels.Build("demo", "2.0"));
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await reader.FilenamesAsync("demo"));

        using var stop = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.Single(await reader.FilenamesAsync("demo"));
                Assert.Single(await reader.ReadProjectsAsync());
            }
        });
        foreach (var (members, version) in ((string, string)[])[("\"shared\", \"team\"", "2.0"), ("\"team\"", "1.0"), ("\"shared\"", "2.0")])
        {
            await File.WriteAllTextAsync(Config, Members + Group.Replace("\"team\", \"shared\"", members, StringComparison.Ordinal));
            server.Send(PyWharfProcess.SigHup);
            await Eventually.HoldsAsync(async () => (await reader.FilenamesAsync("demo")) is [var file] && file == $"demo-{version}-py3-none-any.whl");
        }

        await stop.CancelAsync();
        await asking;
    }

    [Fact]
    public async Task A_member_whose_record_is_unreadable_lets_no_other_answer()
    {
        await File.WriteAllTextAsync(_root.At("cache", "team", "storage", "demo", ".project.toml"), "not = toml = at all\n");
        using var server = await PyWharfProcess.StartAsync(_root.Path, Group + Members);
        using var shared = server.Client("shared", "shared-write");
        using var reader = server.Client("all", "all-read");
        await shared.PublishAsync(Wheels.Build("demo", "2.0"));

        Assert.DoesNotContain("2.0", (await reader.AskAsync("/all/simple/demo/")).Text, StringComparison.Ordinal);
        (await reader.AskAsync("/all/simple/demo/demo-2.0-py3-none-any.whl")).With(503);
        (await reader.AskAsync("/all/pypi/demo/json")).With(503);
    }

    public void Dispose() => _root.Dispose();
}
