using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.OpenApi;

/// <summary>Every command that docs/api.md says to paste is run, in its order.</summary>
public sealed partial class ApiGuideTests : IDisposable
{
    private readonly TempFolder _root = new();

    [FactWhen(Needs.Curl)]
    public async Task Every_command_of_the_guide_does_what_the_guide_says()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, "[team]\ntype = \"file_system\"\nread_secret = \"read-me\"\nwrite_secret = \"write-me\"\n");
        using var writer = server.Client("team", "write-me");
        await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"), Sdists.Build("demo", "2.0"));

        var blocks = Blocks().Matches(await File.ReadAllTextAsync(RepositoryRoot.At("docs", "api.md"))).ToList();
        Assert.Contains(blocks, block => block.Groups[1].Value == "json");
        var output = "";
        foreach (var block in blocks)
        {
            if (block.Groups[1].Value == "json")
            {
                Assert.Matches(Pattern(block.Groups[2].Value.TrimEnd('\n')), output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
            }
            else
            {
                var commands = block.Groups[2].Value.Replace("http://localhost:8888/", server.BaseAddress.AbsoluteUri, StringComparison.Ordinal);
                Assert.NotEqual(block.Groups[2].Value, commands);
                output = (await RunAsync(commands)).Succeeded().Stdout;
            }
        }
    }

    public void Dispose() => _root.Dispose();

    /// <summary>With an output that is a line for each command, and an error for a failure.</summary>
    private static Task<ProcessResult> RunAsync(string commands) => ChildProcess.RunAsync(ChildProcess.Describe(
        "/bin/bash",
        ["-e", "-c", $$"""curl() { command curl --silent --show-error --fail --write-out '\n' "$@"; }{{'\n'}}{{commands}}"""],
        [("PATH", "/usr/local/bin:/usr/bin:/bin")]));

    /// <summary>Of an example: its times are examples, and «…» is what was left out.</summary>
    private static string Pattern(string example) => $"^{Times().Replace(Regex.Escape(example), "[^\"]+").Replace("…", "[^\"]+", StringComparison.Ordinal)}$";

    [GeneratedRegex("^```(shell|json)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:\\.]+Z")]
    private static partial Regex Times();
}
