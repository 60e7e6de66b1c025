using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>SIGTERM: what is under way is finished, nothing new is begun.</summary>
public sealed class ShutdownTests : IDisposable
{
    private readonly TempFolder _root = new();

    [Fact]
    public async Task An_upload_under_way_is_finished_and_stays()
    {
        var wheel = Wheels.Build("slow", "1.0", payload: 1_000_000, random: true);
        using (var server = await StartAsync())
        {
            using var upload = await PausedUpload.StartAsync(server.BaseAddress, ServerFixture.Repository, ServerFixture.WriteSecret, wheel);
            await Eventually.HoldsAsync("the upload is being staged", () => new Storage(_root.Path).Staged.Count == 1);

            var ended = server.TerminateAsync();
            await NobodyListensAsync(server.BaseAddress);
            var answer = await upload.FinishAsync();

            Assert.Equal(200, answer.Status);
            Assert.Equal(0, await ended);
            Assert.Empty(ProcessesOn(_root.Path));
        }

        using var next = await StartAsync();
        using var reader = next.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Equal(wheel.Sha256, Assert.Single(await reader.ReadFilesAsync("slow")).Sha256);
    }

    [Fact]
    public async Task A_download_under_way_is_finished()
    {
        // More than the sockets between take.
        var wheel = Wheels.Build("slow", "1.0", payload: 30_000_000, random: true);
        using var server = await StartAsync();
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await client.PublishAsync(wheel);
        using var download = await client.GetAsync(
            new Uri($"simple/slow/{wheel.Filename}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        var ended = server.TerminateAsync();
        await NobodyListensAsync(server.BaseAddress);

        Assert.Equal(HttpStatusCode.OK, download.StatusCode);
        Assert.Equal(wheel.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(await download.Content.ReadAsStreamAsync())));
        Assert.Equal(0, await ended);
    }

    [Fact]
    public async Task A_start_that_is_stopped_ends_in_order()
    {
        // What somebody has just copied in is hashed when it has been still for two seconds: so long does the first look at the storage take.
        Wheels.Build("copied", "1.0").WriteTo(_root.At("cache", "local", "storage", "copied"));
        await File.WriteAllTextAsync(_root.At("config.toml"), ServerFixture.Config);

        var (exitCode, log) = await PyWharfProcess.InterruptAsync(
            ["server", _root.Path, "--host=127.0.0.1", "--port=0", "--extra_index_url="], when: () => File.Exists(_root.At("index", "local", "catalog.db")));

        Assert.Equal("", log);
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData(PyWharfProcess.SigTerm, 143)]
    [InlineData(PyWharfProcess.SigInt, 130)]
    public async Task A_second_signal_ends_it_at_once(int signal, int exitCode)
    {
        using var server = await StartAsync();
        using var upload = await StartUploadAsync(server);

        server.Send(PyWharfProcess.SigTerm);
        await NobodyListensAsync(server.BaseAddress);
        server.Send(signal);

        Assert.Equal(exitCode, await server.EndAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_upload_that_outlasts_the_time_to_drain_is_broken_off(int seconds)
    {
        using var server = await StartAsync($"--drain_seconds={seconds}");
        using var upload = await StartUploadAsync(server);

        Assert.Equal(0, await server.TerminateAsync());
        Assert.False(server.Log.Contains(" fail: ", StringComparison.Ordinal), server.Log);

        using var next = await StartAsync();
        using var reader = next.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Empty(await reader.ReadProjectsAsync());
        Assert.Empty(new Storage(_root.Path).Staged);
    }

    [Fact]
    public async Task The_end_of_a_terminal_does_not_end_it()
    {
        using var server = await StartAsync();
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync("it says so", () => server.Log.Contains("was read again", StringComparison.Ordinal));

        using var client = server.Client();
        (await client.AskAsync("/health")).With(200);
        Assert.Equal(0, await server.TerminateAsync());
    }

    [Theory]
    [InlineData(PyWharfProcess.SigInt, 130)]
    [InlineData(PyWharfProcess.SigTerm, 143)]
    public async Task A_command_that_is_interrupted_says_so_in_one_line(int signal, int exitCode)
    {
        // Files that were copied in just now are waited for until they have been still for two seconds.
        Wheels.Build("copied", "1.0").WriteTo(_root.At("cache", "local", "storage", "copied"));
        await File.WriteAllTextAsync(_root.At("config.toml"), ServerFixture.Config);

        var (ended, log) = await PyWharfProcess.InterruptAsync(
            ["update_index", "file_system", ServerFixture.Repository, $"--root={_root.Path}", $"--write_secret={ServerFixture.WriteSecret}", $"--secret={ServerFixture.WriteSecret}"],
            when: () => File.Exists(_root.At("index", "local", "catalog.db")),
            signal);

        Assert.Equal((exitCode, "pywharf: stopped before it was done\n"), (ended, log));
    }

    public void Dispose() => _root.Dispose();

    private Task<PyWharfProcess> StartAsync(params string[] flags) => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, flags);

    private async Task<PausedUpload> StartUploadAsync(PyWharfProcess server)
    {
        var wheel = Wheels.Build("slow", "1.0", payload: 1_000_000, random: true);
        var upload = await PausedUpload.StartAsync(server.BaseAddress, ServerFixture.Repository, ServerFixture.WriteSecret, wheel);
        await Eventually.HoldsAsync("the upload is being staged", () => new Storage(_root.Path).Staged.Count == 1);

        return upload;
    }

    private static Task NobodyListensAsync(Uri address) => Eventually.HoldsAsync("nobody listens", ChildProcess.HangGuard, async () =>
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port);

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    });

    private static IEnumerable<string> ProcessesOn(string root) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let commandLine = ReadCommandLine(Path.Combine(folder, "cmdline"))
        where commandLine.Contains(root, StringComparison.Ordinal)
        select commandLine;

    private static string ReadCommandLine(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : "";
        }
        catch (IOException)
        {
            return ""; // it has ended
        }
    }
}
