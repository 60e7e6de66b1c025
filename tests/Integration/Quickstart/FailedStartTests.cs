using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Quickstart;

/// <summary>A start that can't be: exit code 1, and one line that says what is in the way.</summary>
public sealed class FailedStartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Commands { get; } = ["quickstart", "server"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_port_that_is_taken_is_named(string command)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        AssertSays($"127.0.0.1:{port}", await RunAsync(command, _folder.At("root"), "--host=127.0.0.1", $"--port={port}"));
        AssertNothingIsLeft();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_address_of_another_machine_is_named(string command)
    {
        AssertSays("192.0.2.1", await RunAsync(command, _folder.At("root"), "--host=192.0.2.1", "--port=0"));
        AssertNothingIsLeft();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_host_that_does_not_exist_is_named(string command)
    {
        AssertSays("no-such-host.invalid", await RunAsync(command, _folder.At("root"), "--host=no-such-host.invalid", "--port=0"));
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("cache")]
    [InlineData("cache/local")]
    public async Task A_file_in_the_way_of_a_folder_is_named_and_nothing_else_is_made(string inTheWay)
    {
        await File.WriteAllTextAsync(_folder.At("config.toml"), ServerFixture.Config);
        await File.WriteAllTextAsync(_folder.At(["root", .. inTheWay.Split('/')]), "");
        var before = Tree();

        AssertSays(_folder.At("root", "cache"), await RunAsync("server", _folder.At("root"), "--host=127.0.0.1", "--port=0", $"--config={_folder.At("config.toml")}"));

        Assert.Equal(before, Tree().Where(path => !path.StartsWith(_folder.At("root", "lock"), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("[local")]
    [InlineData("[local]\ntype = \"github\"\nowner = \"a\"\nrepo = \"b\"\n")]
    public async Task A_configuration_that_is_wrong_makes_nothing(string config)
    {
        await File.WriteAllTextAsync(_folder.At("config.toml"), config);

        AssertSays("config.toml", await RunAsync("server", _folder.At("deep", "root"), "--host=127.0.0.1", "--port=0", $"--config={_folder.At("config.toml")}"));

        Assert.Equal([_folder.At("config.toml")], Directory.EnumerateFiles(_folder.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "deep")));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_root_that_is_a_file_is_named(string command)
    {
        await File.WriteAllTextAsync(_folder.At("root"), "");

        AssertSays(_folder.At("root"), await RunAsync(command, _folder.At("root"), "--host=127.0.0.1", "--port=0"));
    }

    [TheoryWhen(Needs.Mount)]
    [MemberData(nameof(Commands))]
    public async Task A_root_that_can_not_be_written_is_named(string command)
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 1);
        await disk.ProtectAsync();

        AssertSays(disk.Path, await RunAsync(command, disk.Path, "--host=127.0.0.1", "--port=0"));
    }

    [FactWhen(Needs.Mount)]
    public async Task A_root_that_can_not_be_written_any_more_is_named()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 8);
        using (var server = await PyWharfProcess.StartAsync(disk.Path, ServerFixture.Config))
        {
            Assert.Equal(0, await server.TerminateAsync());
        }

        await disk.ProtectAsync();

        AssertSays(disk.Path, await RunAsync("server", disk.Path, "--host=127.0.0.1", "--port=0", $"--config={disk.Path}/config.toml"));
    }

    public void Dispose() => _folder.Dispose();

    private string[] Tree() => [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private void AssertNothingIsLeft() => Assert.Empty(Tree());

    private static Task<ProcessResult> RunAsync(string command, string root, params string[] flags) => PyWharfProcess.RunAsync([command, root, .. flags]);

    private static void AssertSays(string what, ProcessResult ended)
    {
        Assert.Equal(1, ended.ExitCode);
        Assert.Equal("", ended.Stdout);
        Assert.Matches($@"\Apywharf: [^\n]*{Regex.Escape(what)}[^\n]*\n\z", ended.Stderr);
    }
}
