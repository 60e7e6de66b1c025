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
        Assert.Matches("^local: 30 files with [0-9]+ bytes were read: all is well\naudit log: 31 lines in [0-9]+ files, all of them as they were written\n$", sound.Stdout);

        File.Delete(WrittenEvents.PathIn(_root.Path) + ".2");
        Assert.Equal((1, "audit.jsonl.1:1: the line before it was altered, or lines between them were removed\n"), await OutcomeAsync());

        var lines = await File.ReadAllLinesAsync(WrittenEvents.PathIn(_root.Path) + ".1");
        await File.WriteAllLinesAsync(WrittenEvents.PathIn(_root.Path) + ".1", [lines[0].Replace("demo", "dema", StringComparison.Ordinal), .. lines[1..]]);
        await writer.PublishAsync(Wheels.Build("demo", "2.0"));
        Assert.Equal(2, (await OutcomeAsync()).Faults.Count(character => character == '\n'));
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
    public async Task Without_a_configuration_the_audit_log_is_checked_alone()
    {
        using (var server = await PyWharfProcess.StartAsync(_root.Path, config: null))
        {
            await server.TerminateAsync();
        }

        var sound = await VerifyAsync();

        Assert.Equal((0, "audit log: 2 lines in 1 files, all of them as they were written\n"), (sound.ExitCode, sound.Stdout));
        Assert.Contains("so the audit log alone is checked", sound.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_log_it_says_so_and_makes_none()
    {
        var missing = await VerifyAsync();

        Assert.Equal((1, ""), (missing.ExitCode, missing.Stdout));
        Assert.Contains("there is no audit log", missing.Stderr, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
    }

    private Task<PyWharfProcess> ServeAsync(params string[] flags) => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, flags);

    private Task<ProcessResult> VerifyAsync() => PyWharfProcess.RunAsync(["verify", $"--root={_root.Path}", "--audit"]);

    /// <summary>The exit code, and the lines about the log.</summary>
    private async Task<(int ExitCode, string Faults)> OutcomeAsync()
    {
        var result = await VerifyAsync();

        return (result.ExitCode, string.Concat(result.Stdout.Split('\n').Where(line => line.StartsWith("audit.jsonl", StringComparison.Ordinal)).Select(line => line + "\n")));
    }
}
