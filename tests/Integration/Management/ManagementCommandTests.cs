using PyWharf.Integration.Support;

namespace PyWharf.Integration.Management;

/// <summary><c>pywharf yank|unyank|delete|status</c>: on a storage with and without a running server, and what outlives what.</summary>
public sealed class ManagementCommandTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TempFolder _root = new();

    private string Config => Path.Combine(_root.Path, "config.toml");

    private string Storage => Path.Combine(_root.Path, "cache", ServerFixture.Repository, "storage");

    [Fact]
    public async Task A_running_server_shows_soon_what_the_command_line_decides()
    {
        using var server = await ServeAsync();
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var wheel = Wheels.Build("demo", "1.0");
        (await writer.UploadAsync(wheel)).With(200);

        var yanked = await RunAsync("yank", "local", "demo", "1.0", "--reason=breaks");

        Assert.Equal((0, $"{wheel.Filename}: yanked\n", ""), (yanked.ExitCode, yanked.Stdout, yanked.Stderr));
        await Eventually.HoldsAsync(async () => (await PageAsync(writer)).Contains("data-yanked=\"breaks\"", StringComparison.Ordinal), Soon);

        Assert.Equal($"{wheel.Filename}: no longer yanked\n", (await RunAsync("unyank", "local", "demo", wheel.Filename)).Stdout);
        await Eventually.HoldsAsync(async () => !(await PageAsync(writer)).Contains("data-yanked", StringComparison.Ordinal), Soon);

        Assert.Equal("demo: archived (done)\n", (await RunAsync("status", "local", "demo", "archived", "--reason", "done")).Stdout);

        // The server refuses at once, also before it has heard of it.
        (await writer.UploadAsync(Wheels.Build("demo", "2.0"))).With(403);

        Assert.Equal($"{wheel.Filename}: deleted\n", (await RunAsync("delete", "local", "Demo", "1.0")).Stdout);
        await Eventually.HoldsAsync(async () => !(await PageAsync(writer)).Contains(wheel.Filename, StringComparison.Ordinal), Soon);
        (await writer.AskAsync($"/simple/demo/{wheel.Filename}")).With(404);
    }

    [Fact]
    public async Task Changes_outlive_restarts_rebuilds_and_the_loss_of_the_index()
    {
        string before;
        using (var server = await ServeAsync())
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            foreach (var version in (string[])["1.0", "2.0", "3.0"])
            {
                (await writer.UploadAsync(Wheels.Build("demo", version))).With(200);
            }

            foreach (var (method, path) in new[] { (HttpMethod.Put, "versions/1.0/yank"), (HttpMethod.Delete, "versions/3.0") })
            {
                (await writer.AskAsync(method, $"/api/projects/demo/{path}")).With(200);
            }

            before = await PageAsync(writer);
            await server.TerminateAsync();
        }

        Assert.Contains("data-yanked", before, StringComparison.Ordinal);
        Assert.Equal(before, await PageAfterRestartAsync());

        Assert.Equal(0, (await PyWharfProcess.RunAsync(["update_index", "file_system", "local", $"--root={_root.Path}"])).ExitCode);
        Assert.DoesNotContain("demo-3.0", await File.ReadAllTextAsync(Path.Combine(Storage, "index.toml")), StringComparison.Ordinal);
        Assert.Equal(before, await PageAfterRestartAsync());

        Directory.Delete(Path.Combine(_root.Path, "index"), recursive: true);
        Assert.Equal(before, await PageAfterRestartAsync());

        using (var server = await ServeAsync())
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await writer.UploadAsync(Wheels.Build("demo", "3.0", payload: 10))).With(409);
        }
    }

    [Fact]
    public async Task A_deleted_file_that_somebody_puts_back_is_not_offered()
    {
        using var server = await ServeAsync();
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var wheel = Wheels.Build("demo", "1.0");
        (await writer.UploadAsync(wheel)).With(200);
        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(200);

        await File.WriteAllBytesAsync(Path.Combine(Storage, "demo", wheel.Filename), wheel.Content);
        await PyWharfProcess.RunAsync(["update_index", "file_system", "local", $"--root={_root.Path}"]);

        Assert.DoesNotContain(wheel.Filename, await PageAsync(writer), StringComparison.Ordinal);
        (await writer.AskAsync($"/simple/demo/{wheel.Filename}")).With(404);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_stops_commands_too_which_say_where_it_is()
    {
        using var server = await ServeAsync();
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        await File.WriteAllTextAsync(Path.Combine(Storage, "demo", ".project.toml"), "status = \"gone\"\n");

        var ended = await RunAsync("yank", "local", "demo", "1.0");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(".project.toml:1:10", ended.Stderr, StringComparison.Ordinal);
        Assert.Contains("pywharf: What the storage says about the project demo can't be read", ended.Stderr, StringComparison.Ordinal);
        Assert.Equal("status = \"gone\"\n", await File.ReadAllTextAsync(Path.Combine(Storage, "demo", ".project.toml")));
    }

    [Fact]
    public async Task The_original_program_finds_what_it_can_read_in_the_folder()
    {
        using (var server = await ServeAsync())
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
            (await writer.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);
            (await writer.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);
            (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/2.0")).With(200);
        }

        // It takes what has a .meta beside it, and reads that alone.
        var names = Directory.EnumerateFiles(Path.Combine(Storage, "demo")).Select(path => Path.GetFileName(path) ?? "").Order(StringComparer.Ordinal);
        Assert.Equal([".project.toml", "demo-1.0-py3-none-any.whl", "demo-1.0-py3-none-any.whl.meta"], names);
    }

    [Theory]
    [InlineData("yank", "local", "demo", "9.0", "has no version 9.0")]
    [InlineData("delete", "local", "demo", "demo-9.0.tar.gz", "has no demo-9.0.tar.gz")]
    [InlineData("yank", "local", "nobody-has-this", "1.0", "There is no project nobody-has-this")]
    [InlineData("yank", "local", "no/name", "1.0", "no/name is no project name")]
    [InlineData("yank", "other", "demo", "1.0", "has no repository other; it has local")]
    public async Task What_is_not_there_ends_with_one_line(string command, string repository, string project, string selection, string reason)
    {
        using (var server = await ServeAsync())
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        var failed = await RunAsync(command, repository, project, selection);

        Assert.Equal((1, ""), (failed.ExitCode, failed.Stdout));
        Assert.Contains(reason, Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_is_given_counts()
    {
        using (var server = await ServeAsync())
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        Assert.Equal(1, (await RunAsync("delete", "local", "demo", "1.0", "--secret=wrong")).ExitCode);
        Assert.Equal(1, (await RunAsync("delete", "local", "demo", "1.0", $"--secret={ServerFixture.ReadSecret}")).ExitCode);
        Assert.Equal(0, (await RunAsync("delete", "local", "demo", "1.0", $"--secret={ServerFixture.WriteSecret}")).ExitCode);
    }

    [Fact]
    public async Task Without_a_configuration_it_says_where_one_is_looked_for()
    {
        var failed = await PyWharfProcess.RunAsync(["status", "local", "demo", $"--root={_root.Path}"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("there is no config.toml in", failed.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_go_by_the_configuration_of_the_server_that_started_last()
    {
        await File.WriteAllTextAsync(_root.At("elsewhere", "config.toml"), ServerFixture.Config + "\n[far]\ntype = \"github\"\nowner = \"a\"\nrepo = \"b\"\napi_url = \"http://127.0.0.1:9\"\n");
        await File.WriteAllTextAsync(_root.At("elsewhere", "secret.toml"), "[far]\ntype = \"github\"\nraw = \"token\"\n");
        using (var server = await PyWharfProcess.StartAsync(
            _root.Path, config: null, $"--config={_root.At("elsewhere", "config.toml")}", $"--admin_secret={_root.At("elsewhere", "secret.toml")}"))
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        Assert.Equal("demo: active\n", (await RunAsync("status", "local", "demo")).Succeeded().Stdout);
        Assert.Contains("has no repository other; it has local, far", (await RunAsync("status", "other", "demo")).Failed().Stderr, StringComparison.Ordinal);

        using (var server = await PyWharfProcess.StartAsync(_root.Path, config: null, $"--config={ServerFixture.Config}", "--config_or_admin_secret_can_be_text"))
        {
            Assert.Contains("--config names a file that holds it", (await RunAsync("status", "local", "demo")).Failed().Stderr, StringComparison.Ordinal);
        }

        Assert.Equal("demo: active\n", (await RunAsync("status", "local", "demo", $"--config={_root.At("elsewhere", "config.toml")}")).Succeeded().Stdout);
    }

    [Theory]
    [InlineData("status", "local", "demo")]
    [InlineData("yank", "local", "demo", "1.0")]
    [InlineData("delete", "local", "demo", "1.0")]
    public async Task A_repository_that_the_root_does_not_have_is_not_made(params string[] command)
    {
        await File.WriteAllTextAsync(Config, ServerFixture.Config);

        Assert.Contains("has no repository local of type file_system; it has none: --root names the server's root folder, on which the server has to start once", (await RunAsync(command)).Failed().Stderr, StringComparison.Ordinal);
        Assert.Equal([Config], Directory.EnumerateFileSystemEntries(_root.Path));
    }

    [TheoryWhen(Needs.Python)]
    [InlineData("y", 0, true)]
    [InlineData("yes", 0, true)]
    [InlineData("n", 1, false)]
    [InlineData("", 1, false)]
    public async Task A_person_at_a_terminal_is_asked_before_anything_is_deleted(string answer, int exitCode, bool isDeleted)
    {
        var wheel = Wheels.Build("demo", "1.0");
        using (var server = await ServeAsync())
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await writer.UploadAsync(wheel)).With(200);
        }

        var ended = await PyWharfProcess.RunAtTerminalAsync(["delete", "local", "demo", "1.0", $"--root={_root.Path}"], answer);

        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Contains($"  {wheel.Filename}", ended.Stdout, StringComparison.Ordinal);
        Assert.Contains("Delete this file for good?", ended.Stdout, StringComparison.Ordinal);
        Assert.Equal(isDeleted, !File.Exists(Path.Combine(Storage, "demo", wheel.Filename)));

        if (!isDeleted)
        {
            Assert.Contains("nothing was deleted", ended.Stdout, StringComparison.Ordinal);
            var confirmed = await PyWharfProcess.RunAtTerminalAsync(["delete", "local", "demo", "1.0", "--yes", $"--root={_root.Path}"], "");
            Assert.Equal(0, confirmed.ExitCode);
            Assert.DoesNotContain("for good?", confirmed.Stdout, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _root.Dispose();

    private Task<PyWharfProcess> ServeAsync()
    {
        File.WriteAllText(Config, ServerFixture.Config);

        return PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
    }

    private Task<ProcessResult> RunAsync(params string[] args) => PyWharfProcess.RunAsync([.. args, $"--root={_root.Path}"]);

    private async Task<string> PageAfterRestartAsync()
    {
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        // What was lost with the index is read again in the background.
        await Eventually.HoldsAsync(async () => (await PageAsync(reader)).Contains("data-core-metadata", StringComparison.Ordinal), Soon);
        var page = await PageAsync(reader);
        await server.TerminateAsync();

        return page;
    }

    private static async Task<string> PageAsync(HttpClient client) => (await client.AskAsync("/simple/demo/")).With(200).Text;
}
