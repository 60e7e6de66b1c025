using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

/// <summary><c>pywharf verify --audit</c>, beside a running server and after somebody tampered with its log.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_log_of_a_running_server_is_sound_until_somebody_tampers_with_it()
    {
        using var server = await ServeAsync("--audit_max_bytes=2000");
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(Enumerable.Range(0, 30).Select(number => Wheels.Build("demo", $"1.{number}")));

        var sound = await VerifyAsync();

        Assert.Equal((0, ""), (sound.ExitCode, sound.Stderr));
        Assert.Matches("^audit log: 31 lines in [0-9]+ files, all of them as they were written\n$", sound.Stdout);

        File.Delete(WrittenEvents.PathIn(_root.Path) + ".2");
        var faulty = (await VerifyAsync());
        Assert.Equal((1, "audit.jsonl.1:1: the line before it was altered, or lines between them were removed\n"), (faulty.ExitCode, faulty.Stdout));

        var lines = await File.ReadAllLinesAsync(WrittenEvents.PathIn(_root.Path) + ".1");
        await File.WriteAllLinesAsync(WrittenEvents.PathIn(_root.Path) + ".1", [lines[0].Replace("demo", "dema", StringComparison.Ordinal), .. lines[1..]]);
        await writer.PublishAsync(Wheels.Build("demo", "2.0"));
        Assert.Equal(2, (await VerifyAsync()).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_line_that_is_cut_off_is_a_fault_until_the_next_server_repairs_it()
    {
        using (var server = await ServeAsync())
        {
            await server.Kill9Async();
        }

        await File.AppendAllTextAsync(WrittenEvents.PathIn(_root.Path), "{\"time\":\"20");
        Assert.Equal((1, "audit.jsonl:2: this line is cut off\n"), await OutcomeAsync());

        using var next = await ServeAsync();
        Assert.Equal(0, (await VerifyAsync()).ExitCode);
    }

    [Fact]
    public async Task It_says_what_it_needs()
    {
        var usage = await PyWharfProcess.RunAsync(["verify", _root.Path]);
        Assert.Equal(2, usage.ExitCode);
        Assert.Contains("add --audit", usage.Stderr, StringComparison.Ordinal);

        var missing = await VerifyAsync();
        Assert.Equal((1, ""), (missing.ExitCode, missing.Stdout));
        Assert.Contains("there is no audit log", missing.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
    }

    private Task<PyWharfProcess> ServeAsync(params string[] flags) => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, flags);

    private Task<ProcessResult> VerifyAsync() => PyWharfProcess.RunAsync(["verify", $"--root={_root.Path}", "--audit"]);

    private async Task<(int ExitCode, string Stdout)> OutcomeAsync() => await VerifyAsync() is var result ? (result.ExitCode, result.Stdout) : default;
}
