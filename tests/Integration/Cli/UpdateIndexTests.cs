using PyWharf.Integration.Support;

namespace PyWharf.Integration.Cli;

/// <summary>The command update_index on a folder, as an operator runs it.</summary>
public sealed class UpdateIndexTests : IDisposable
{
    private readonly TempFolder _root = new();

    private string IndexFile => _root.At("cache", "local", "storage", "index.toml");

    [Fact]
    public async Task A_running_server_shows_what_it_found()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        var wheel = Wheels.Build("dropped-in", "1.0");
        wheel.WriteTo(Path.Combine(_root.Path, "cache", "local", "storage", "dropped-in"));

        (await RunAsync()).Succeeded();

        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/dropped-in/")).Status == 200);
    }

    [FactWhen(Needs.Python)]
    public async Task What_it_writes_is_what_the_original_reads()
    {
        using (var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config))
        using (var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret))
        {
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
            (await writer.UploadAsync(Sdists.Build("demo", "1.0"))).With(200);
        }

        (await RunAsync()).Succeeded();

        var entries = (await ChildProcess.RunAsync(ChildProcess.Describe(PythonClients.Python ?? "", ["-c", ReadAsTheOriginal, IndexFile], []))).Succeeded();
        Assert.Equal(
            ["file_system demo demo-1.0 tar.gz sdist True", "file_system demo demo-1.0-py3-none-any whl bdist_wheel True"],
            entries.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task Twice_is_as_good_as_once()
    {
        MakeStorage();
        (await RunAsync()).Succeeded();
        (await RunAsync()).Succeeded();

        Assert.True(File.Exists(IndexFile));
    }

    [Theory]
    [InlineData("unknown type", "update_index", "floppy", "local")]
    [InlineData("unknown key \"colour\"", "update_index", "file_system", "local", "--colour=blue")]
    [InlineData("repository name", "update_index", "file_system", "../local")]
    [InlineData("not the repository's write secret", "update_index", "file_system", "local", "--write_secret=right", "--secret=wrong")]
    public async Task What_is_wrong_is_said_in_one_line(string reason, params string[] args)
    {
        MakeStorage();
        var failed = await PyWharfProcess.RunAsync([.. args, $"--root={_root.Path}"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains(reason, Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(File.Exists(IndexFile));
    }

    [Fact]
    public async Task A_root_that_is_not_there_is_not_made()
    {
        var failed = await PyWharfProcess.RunAsync(["update_index", "file_system", "local", $"--root={_root.Path}/none"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.False(Directory.Exists($"{_root.Path}/none"));
    }

    [Theory]
    [InlineData(null, "has no repository other of type file_system; it has local: --root")]
    [InlineData("[local]\ntype = \"file_system\"\n", "has no repository other of type file_system; it has local: --root")]
    [InlineData("[other]\ntype = \"file_system\"\n", "has no repository other of type file_system; it has local: --root")]
    [InlineData("[other]\ntype = \"github\"\nowner = \"a\"\nrepo = \"b\"\n", "[other] is of type github, not file_system")]
    [InlineData("[broken", "config.toml:1:8")]
    public async Task A_repository_that_is_not_there_is_an_error_and_is_not_made(string? config, string reason)
    {
        MakeStorage();
        if (config is not null)
        {
            await File.WriteAllTextAsync(_root.At("config.toml"), config);
        }

        var before = Tree();

        var failed = await PyWharfProcess.RunAsync(["update_index", "file_system", "other", $"--root={_root.Path}"]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains(reason, Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(before, Tree());
    }

    [Fact]
    public async Task It_goes_by_the_configuration_of_the_server_on_that_root()
    {
        await File.WriteAllTextAsync(_root.At("elsewhere", "config.toml"), ServerFixture.Config);
        using (var server = await PyWharfProcess.StartAsync(_root.At("root"), config: null, $"--config={_root.At("elsewhere", "config.toml")}"))
        {
            await server.TerminateAsync();
        }

        string[] command = ["update_index", "file_system", "local", $"--root={_root.At("root")}"];
        (await PyWharfProcess.RunAsync([.. command, $"--secret={ServerFixture.WriteSecret}"])).Succeeded();
        Assert.Contains("not the repository's write secret", (await PyWharfProcess.RunAsync([.. command, "--secret=wrong"])).Failed().Stderr, StringComparison.Ordinal);
        Assert.Contains("[local] is of type file_system, not github", (await PyWharfProcess.RunAsync(["update_index", "github", .. command[2..]])).Failed().Stderr, StringComparison.Ordinal);
        Assert.Contains("has no repository other; it has local", (await PyWharfProcess.RunAsync(["update_index", "github", "other", command[^1]])).Failed().Stderr, StringComparison.Ordinal);

        File.Delete(_root.At("elsewhere", "config.toml"));
        Assert.Contains("--config names", (await PyWharfProcess.RunAsync(command)).Failed().Stderr, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private void MakeStorage() => Directory.CreateDirectory(_root.At("cache", "local", "storage"));

    private string[] Tree() => [.. Directory.EnumerateFileSystemEntries(_root.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private Task<ProcessResult> RunAsync() =>
        PyWharfProcess.RunAsync(["update_index", "--type=file_system", "--name=local", "--secret", ServerFixture.WriteSecret, "--root", _root.Path]);

    private const string ReadAsTheOriginal = """
        import os, sys, toml
        for p in toml.load(sys.argv[1])["pkgs"]:
            print(p["type"], p["distrib"], p["package"], p["ext"], p["meta"]["filetype"], os.path.isfile(p["package_path"]))
        """;
}
