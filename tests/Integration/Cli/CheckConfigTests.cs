using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Cli;

/// <summary><c>pywharf check_config</c>: what is wrong with a configuration, or what it is in effect.</summary>
public sealed class CheckConfigTests : IDisposable
{
    private const string Sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly TempFolder _folder = new();

    private string Config => _folder.At("config.toml");

    private string AdminSecret => _folder.At("admin_secret.toml");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_that_is_wrong_with_both_files_is_listed_in_one_run()
    {
        await File.WriteAllTextAsync(Config, $"""
            stray = 1

            [team]
            type = "file_system"
            read_secert = "hunter2"
            write_secret_env = "NO_SUCH_VARIABLE"
            max_file_bytes = "large"
            reserve = [1, "ok"]

            [team.policy]
            require_digest = "perhaps"
            deletion = 7

            [team.tokens.one]
            sha256 = "{Sha256}"
            permission = "owner"

            [team.tokens.two]
            sha256 = "{Sha256}"
            networks = ["10.0.0.1/8"]

            [Team]
            type = "file_system"

            [odd]
            type = "ftp"

            [hub]
            type = "github"
            owner = "acme"

            """);
        await File.WriteAllTextAsync(AdminSecret, """
            [nobody]
            type = "github"
            raw = "hunter3"

            [team]
            type = "github"
            file = "relative"

            [odd]
            type = "ftp"
            raw = "hunter4"
            """);

        var lines = await CheckAsync($"--admin_secret={AdminSecret}");
        var json = await CheckAsync($"--admin_secret={AdminSecret}", "--json");

        Assert.Equal((1, ""), (lines.ExitCode, lines.Stdout));
        Assert.Equal(
            [
                "config.toml:1:1", "config.toml:5:1", "config.toml:6:20", "config.toml:7:18", "config.toml:8:12", "config.toml:11:18", "config.toml:12:12", "config.toml:16:14",
                "config.toml:19:10", "config.toml:20:13", "config.toml:22:2", "config.toml:26:8", "config.toml:28:2", "config.toml:28:2",
                "admin_secret.toml:1:2", "admin_secret.toml:6:8", "admin_secret.toml:7:8",
            ],
            ProblemsIn(json).Select(problem => $"{Path.GetFileName(problem.GetProperty("file").GetString())}:{problem.GetProperty("line")}:{problem.GetProperty("column")}")
                .OrderBy(place => place.StartsWith('a')).ThenBy(place => int.Parse(place.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(ProblemsIn(json).Count, lines.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(lines.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("pywharf: " + _folder, line, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter", lines.Stderr + json.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_one_is_printed_with_all_defaults_and_without_any_secret()
    {
        await File.WriteAllTextAsync(_folder.At("secret"), "hunter2\n");
        await File.WriteAllTextAsync(Config, $"""
            [team]
            type = "file_system"
            read_secret = "hunter1"
            write_secret_file = "{_folder.At("secret")}"

            [team.tokens.ci]
            sha256 = "{Sha256}"

            [hub]
            type = "github"
            owner = "acme"
            repo = "packages"
            """);
        await File.WriteAllTextAsync(AdminSecret, "[hub]\ntype = \"github\"\nenv = \"HUB_TOKEN\"\n");

        var good = await CheckAsync([("HUB_TOKEN", "hunter3")], $"--admin_secret={AdminSecret}");
        var json = await CheckAsync([("HUB_TOKEN", "hunter3")], $"--admin_secret={AdminSecret}", "--json");

        Assert.Equal((0, ""), (good.ExitCode, good.Stderr));
        Assert.Contains(
            $"""
            [team]
            type = "file_system"
            max_file_bytes = 5368709119
            sync_index_interval = 60
            reserve = []
            anonymous_read = false
            read_secret = "********"  # the configuration itself
            write_secret_file = "********"  # the file {_folder.At("secret")}

            [team.policy]
            allow_legacy_sdist_names = true
            allow_legacy_wheel_names = true
            require_digest = "warn"

            """,
            good.Stdout,
            StringComparison.Ordinal);
        Assert.Contains("[team.tokens.ci]\nsha256 = \"********\"\npermission = \"read\"\nprojects = [\"*\"]\n", good.Stdout, StringComparison.Ordinal);
        Assert.Contains("index = \"workflow\"\n# admin secret: the environment variable HUB_TOKEN\n", good.Stdout, StringComparison.Ordinal);
        Assert.Equal(0, json.ExitCode);
        Assert.True(JsonDocument.Parse(json.Stdout).RootElement.GetProperty("valid").GetBoolean());
        Assert.Empty(ProblemsIn(json));
        Assert.DoesNotContain("hunter", good.Stdout + json.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(Sha256, good.Stdout + json.Stdout, StringComparison.Ordinal);

        var lacking = await CheckAsync();
        Assert.Equal(1, lacking.ExitCode);
        Assert.Contains("config.toml:9:2: [hub] is of type github, which needs an admin secret", lacking.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[team]\ntype = \"file_system\"\nread_secret_env = \"NO_SUCH_VARIABLE\"\n")]
    [InlineData("[team]\ntype = \"file_system\"\n[TEAM]\ntype = \"file_system\"\n")]
    [InlineData("[hub]\ntype = \"github\"\nowner = \"acme\"\nrepo = \"packages\"\n")]
    [InlineData("[team\n")]
    [InlineData("")]
    public async Task What_it_refuses_a_server_refuses_with_the_same_words(string config)
    {
        await File.WriteAllTextAsync(Config, config);

        var check = await CheckAsync();
        var start = await PyWharfProcess.RunAsync(["server", _folder.At("root"), $"--config={Config}", "--port=0"]);

        Assert.Equal((1, 1), (check.ExitCode, start.ExitCode));
        Assert.Equal(start.Stderr, check.Stderr);
    }

    [Fact]
    public async Task A_file_that_can_not_be_read_is_told_and_a_missing_flag_is_wrong_usage()
    {
        var missing = await CheckAsync();
        Assert.Equal((1, ""), (missing.ExitCode, missing.Stdout));
        Assert.Contains("--config: ", missing.Stderr, StringComparison.Ordinal);

        var usage = await PyWharfProcess.RunAsync(["check_config"]);
        Assert.Equal(2, usage.ExitCode);
        Assert.Contains("--config=FILE", usage.Stderr, StringComparison.Ordinal);
    }

    private static List<JsonElement> ProblemsIn(ProcessResult json) => [.. JsonDocument.Parse(json.Stdout).RootElement.GetProperty("problems").EnumerateArray()];

    private Task<ProcessResult> CheckAsync(params string[] flags) => CheckAsync([], flags);

    private Task<ProcessResult> CheckAsync((string Name, string Value)[] environment, params string[] flags) =>
        PyWharfProcess.RunAsync(["check_config", $"--config={Config}", .. flags], environment);
}
