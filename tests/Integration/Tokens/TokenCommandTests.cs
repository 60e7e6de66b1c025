using PyWharf.Integration.Support;

namespace PyWharf.Integration.Tokens;

/// <summary><c>pywharf token new|list|revoke</c> on a root folder, beside a running server and without one.</summary>
public sealed class TokenCommandTests : IDisposable
{
    private const string TwoRepositories = ServerFixture.Config + """
        [remote]
        type = "github"
        owner = "acme"
        repo = "packages"

        """;

    private readonly TempFolder _root = new();

    private string Database => Path.Combine(_root.Path, "tokens.db");

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_token_made_beside_a_running_server_opens_it_until_it_is_revoked()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        Assert.False(File.Exists(Database));

        var made = await RunAsync("new", "local", "ci", "--permission=write");
        var token = made.Stdout.TrimEnd('\n');

        Assert.Matches("^pyw_[0-9A-Za-z]{38}$", token);
        Assert.Equal("ci of local: write, all projects, without an end. It is shown this once.\n", made.Stderr);
        using var client = server.Client("anybody", token);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/")).Status == 200);
        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);

        Assert.Equal("ci: revoked\n", (await RunAsync("revoke", "local", "ci")).Stdout);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/")).Status == 401);
        Assert.Equal("pywharf: The repository local has no token ci.\n", await FailAsync("revoke", "local", "ci"));

        var again = (await RunAsync("new", "local", "ci")).Stdout.TrimEnd('\n');
        Assert.NotEqual(token, again);
        using var other = server.Client("anybody", again);
        await Eventually.HoldsAsync(async () => (await other.AskAsync("/simple/")).Status == 200);
        (await client.AskAsync("/simple/")).With(401);
    }

    [Fact]
    public async Task Without_a_server_it_is_kept_for_the_next_start()
    {
        await ConfigureAsync(ServerFixture.Config);
        var token = (await RunAsync("new", "local", "ci")).Stdout.TrimEnd('\n');

        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var client = server.Client("ci", token);

        (await client.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task A_repository_on_GitHub_needs_no_secret_for_it()
    {
        await ConfigureAsync(TwoRepositories);

        Assert.Matches("^pyw_", (await RunAsync("new", "remote", "ci")).Stdout);
        Assert.Equal(["remote", "ci"], (await RunAsync("list", "remote")).Stdout.Split('\n')[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[..2]);

        // Neither the storage nor the index of a repository is made for it.
        Assert.Equal(["config.toml", "lock", "log", "tokens.db"], Directory.EnumerateFileSystemEntries(_root.Path).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public async Task A_list_has_all_but_the_secrets_in_columns()
    {
        await ConfigureAsync(TwoRepositories);
        await RunAsync("new", "remote", "alice", "--permission=admin", "--expires=2126-06-30");
        var secret = (await RunAsync("new", "local", "ci-billing", "--permission=write", "--projects=billing,billing-*")).Stdout.TrimEnd('\n');

        var listed = (await RunAsync("list")).Stdout;

        Assert.Matches(
            """
            ^REPOSITORY  NAME        PERMISSION  PROJECTS           EXPIRES               CREATED               LAST USED  FROM
            local       ci-billing  write       billing,billing-\*  never                 20[-0-9T:]{17}Z  -          root
            remote      alice       admin       \*                  2126-06-30T23:59:59Z  20[-0-9T:]{17}Z  -          root
            $
            """.ReplaceLineEndings("\n").TrimEnd(),
            listed);
        var json = (await RunAsync("list", "local", "--json")).Stdout;
        Assert.Contains("\"name\": \"ci-billing\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", json, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, json, StringComparison.Ordinal);
        Assert.DoesNotContain("sha256", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_for_the_configuration_is_printed_and_nothing_is_kept()
    {
        await ConfigureAsync(ServerFixture.Config);

        var printed = await RunAsync("new", "local", "ci.v2", "--print_config", "--permission=write", "--projects=billing,b-*", "--reads=*", "--expires=2126-06-30", "--networks=10.0.0.0/8");

        Assert.Matches(
            """
            ^
            \[local.tokens."ci.v2"]
            sha256 = "[0-9a-f]{64}"
            permission = "write"
            projects = \["billing", "b-\*"]
            reads = \["\*"]
            expires = 2126-06-30
            networks = \["10.0.0.0/8"]
            $
            """.ReplaceLineEndings("\n").TrimEnd(),
            printed.Stdout);
        Assert.False(File.Exists(Database));

        await File.AppendAllTextAsync(Path.Combine(_root.Path, "config.toml"), printed.Stdout);
        Assert.Matches("local +ci.v2 +write +billing,b-\\* +2126-06-30T23:59:59Z +- +- +config", (await RunAsync("list")).Stdout);
        Assert.Contains("remove [local.tokens.ci.v2] there", await FailAsync("revoke", "local", "ci.v2"), StringComparison.Ordinal);
        Assert.Contains("has a token ci.v2", await FailAsync("new", "local", "ci.v2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_not_be_done_is_said_in_a_line()
    {
        await ConfigureAsync(TwoRepositories);
        await RunAsync("new", "local", "ci");
        var config = Path.Combine(_root.Path, "config.toml");

        Assert.Equal($"pywharf: {config} has no repository other; it has local, remote\n", await FailAsync("new", "other", "ci"));
        Assert.Equal("pywharf: The repository local has a token ci: choose another name, or revoke that one first.\n", await FailAsync("new", "local", "CI"));
        Assert.Equal("pywharf: The token would have ended already.\n", await FailAsync("new", "local", "old", "--expires=2001-01-01"));
        Assert.Equal("pywharf: A token name begins and ends with an ASCII letter or digit.\n", await FailAsync("revoke", "local", "_ci"));
        Assert.StartsWith("pywharf: there is no folder /nowhere", (await PyWharfProcess.RunAsync(["token", "list", "--root=/nowhere"])).Stderr, StringComparison.Ordinal);
        Assert.Equal("There are no tokens: pywharf token new makes one.\n", (await RunAsync("list", "remote")).Stderr);
    }

    [Fact]
    public async Task The_database_is_for_its_owner_only_whatever_the_umask()
    {
        await ConfigureAsync(ServerFixture.Config);

        (await PyWharfProcess.RunUnmaskedAsync(["token", "new", "local", "ci", $"--root={_root.Path}"])).Succeeded();

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Database));
        }
    }

    private Task ConfigureAsync(string config) => File.WriteAllTextAsync(Path.Combine(_root.Path, "config.toml"), config);

    private async Task<ProcessResult> RunAsync(params string[] args) => (await StartAsync(args)).Succeeded();

    /// <summary>What it says of what it could not do.</summary>
    private async Task<string> FailAsync(params string[] args)
    {
        var ended = await StartAsync(args);
        Assert.Equal((1, ""), (ended.ExitCode, ended.Stdout));

        return ended.Stderr;
    }

    private Task<ProcessResult> StartAsync(string[] args) => PyWharfProcess.RunAsync(["token", .. args, $"--root={_root.Path}"]);
}
