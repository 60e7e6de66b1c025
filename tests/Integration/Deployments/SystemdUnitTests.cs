using PyWharf.Api.Hosting;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Deployments;

/// <summary>deploy/systemd/pywharf.service.</summary>
public sealed class SystemdUnitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [FactWhen(Needs.SystemdAnalyze)]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        var verified = await AnalyzeAsync("verify", "--man=no");

        Assert.Equal((0, ""), (verified.ExitCode, verified.Stderr));
    }

    [FactWhen(Needs.SystemdAnalyze)]
    public async Task The_unit_is_exposed_to_little() => (await AnalyzeAsync("security", "--offline=true", "--threshold=20", "--no-pager")).Succeeded();

    [Fact]
    public async Task Its_command_line_is_one()
    {
        var line = DeployedFile.Read("systemd/pywharf.service").Split('\n').Single(line => line.StartsWith("ExecStart=/opt/pywharf/pywharf ", StringComparison.Ordinal));

        var options = Assert.IsType<ServerOptions>(await CommandLines.ParseAsync(line["ExecStart=/opt/pywharf/pywharf ".Length..]));

        Assert.Equal("/var/lib/pywharf", options.Root);
        Assert.Contains("TimeoutStopSec=45s", DeployedFile.Read("systemd/pywharf.service"), StringComparison.Ordinal);
        Assert.InRange(options.Drain, TimeSpan.Zero, TimeSpan.FromSeconds(44));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Asks systemd about the unit, with a program and a user that exist.</summary>
    private async Task<ProcessResult> AnalyzeAsync(string verb, params string[] flags)
    {
        await File.WriteAllTextAsync(_folder.At("pywharf.service"), DeployedFile.Read(
            "systemd/pywharf.service", ("/opt/pywharf/pywharf ", "/bin/true "), ("User=pywharf", "User=daemon"), ("Group=pywharf", "Group=daemon")));

        return await ChildProcess.RunAsync(ChildProcess.Describe("/usr/bin/systemd-analyze", [verb, .. flags, _folder.At("pywharf.service")], [("PATH", "/usr/bin:/bin")]));
    }
}
