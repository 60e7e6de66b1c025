using PyWharf.Integration.Documentation;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>docs/upstream.md: its configurations are taken by a server, and its commands do what it says.</summary>
public sealed class UpstreamGuideTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private readonly Guide _guide = Guide.All.Single(guide => guide.Path == Path.Combine("docs", "upstream.md"));
    private FakePyPi _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        _upstream = await FakePyPi.StartAsync();
        _upstream.Put(new FakeProject("requests", FakeFile.Wheel("requests", "1.0"), FakeFile.Wheel("requests", "2.0") with { UploadTime = "2999-01-01T00:00:00Z" }));
    }

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [FactWhen(Needs.Curl)]
    public async Task Its_first_configuration_and_its_commands_work()
    {
        var config = _guide.Blocks("toml").First(block => block.Contains("[team.upstream]", StringComparison.Ordinal))
            .Replace("https://pypi.org/simple/", _upstream.Index.AbsoluteUri, StringComparison.Ordinal);
        using var server = await PyWharfProcess.StartAsync(_root.Path, config);
        // TimeTravelTests run the one with pip.
        var shell = _guide.Blocks("shell").Where(block => !block.StartsWith("pip ", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(shell);
        foreach (var command in shell.SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
        {
            var output = (await RunAsync(server, command)).Succeeded().Stdout;
            Assert.Contains("requests-2.0-py3-none-any.whl", output, StringComparison.Ordinal);
            Assert.Contains("min_age", output, StringComparison.Ordinal);
        }

        using var reader = server.Client("team", "read-me");
        (await reader.AskAsync("/simple/left-pad/")).With(404);
        (await reader.AskAsync("/simple/requests/requests-1.0-py3-none-any.whl")).With(200);
    }

    [Fact]
    public async Task Its_configurations_are_good_ones()
    {
        var blocks = _guide.Blocks("toml").ToList();
        Assert.True(blocks.Count > 1);
        foreach (var block in blocks)
        {
            // A group has members, which the block of the guide leaves to its reader.
            var members = block.Contains("type = \"group\"", StringComparison.Ordinal) ? "\n[team]\ntype = \"file_system\"\n[shared]\ntype = \"file_system\"\n" : "";
            await File.WriteAllTextAsync(_root.At("config.toml"), block + members);

            (await PyWharfProcess.RunAsync(["check_config", $"--config={_root.At("config.toml")}"], [("INDEX_PASSWORD", "s3cret"), ("ALL_READ", "r3ad")])).Succeeded();
        }
    }

    private Task<ProcessResult> RunAsync(PyWharfProcess server, string command) => ChildProcess.RunAsync(ChildProcess.Describe(
        "/bin/bash",
        ["-e", "-c", command.Replace("https://pypi.example.com/", server.BaseAddress.AbsoluteUri, StringComparison.Ordinal).Replace("/srv/pywharf", _root.Path, StringComparison.Ordinal)],
        [("PATH", $"{AppContext.BaseDirectory}:/usr/local/bin:/usr/bin:/bin")]));
}
