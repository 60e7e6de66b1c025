using System.Text.RegularExpressions;
using PyWharf.Api.Hosting;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Deployments;

/// <summary>deploy/systemd/pywharf.service.</summary>
public sealed partial class SystemdUnitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [FactWhen(Needs.SystemdAnalyze)]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        await WriteUnitAsync();

        var verified = await AnalyzeAsync("pywharf.service", "verify", "--man=no");

        Assert.Equal((0, ""), (verified.ExitCode, verified.Stderr));
    }

    [FactWhen(Needs.SystemdAnalyze)]
    public async Task The_unit_is_exposed_to_little()
    {
        await WriteUnitAsync();

        (await AnalyzeAsync("pywharf.service", "security", "--offline=true", "--threshold=20", "--no-pager")).Succeeded();
    }

    [Fact]
    public async Task Its_command_line_is_one()
    {
        var line = DeployedFile.Read("systemd/pywharf.service").Split('\n').Single(line => line.StartsWith("ExecStart=/opt/pywharf/pywharf ", StringComparison.Ordinal));

        var options = Assert.IsType<ServerOptions>(await CommandLines.ParseAsync(line["ExecStart=/opt/pywharf/pywharf ".Length..]));

        Assert.Equal("/srv/pywharf", options.Root);
        Assert.Contains($"ReadWritePaths={options.Root}\n", DeployedFile.Read("systemd/pywharf.service"), StringComparison.Ordinal);
        Assert.Contains("TimeoutStopSec=45s", DeployedFile.Read("systemd/pywharf.service"), StringComparison.Ordinal);
        Assert.InRange(options.Drain, TimeSpan.Zero, TimeSpan.FromSeconds(44));
    }

    [FactWhen(Needs.SystemdAnalyze)]
    public async Task Systemd_finds_nothing_wrong_with_its_template()
    {
        var command = DeployedFile.Read("systemd/pywharf.service").Split('\n').Single(line => line.StartsWith("#   sed ", StringComparison.Ordinal))[1..];
        await WriteUnitAsync();
        (await ChildProcess.RunAsync(ChildProcess.Describe(
            "/bin/bash", ["-c", $"cd {_folder.Path} && {command.Replace("/etc/systemd/system", _folder.Path, StringComparison.Ordinal)}"], [("PATH", "/usr/bin:/bin")]))).Succeeded();

        var verified = await AnalyzeAsync("pywharf@.service", "verify", "--man=no");

        Assert.Equal((0, ""), (verified.ExitCode, verified.Stderr));
        Assert.Contains(" --port=%i ", await File.ReadAllTextAsync(_folder.At("pywharf@.service")), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_three_servers_are_those_of_the_proxies_and_of_Prometheus()
    {
        var ports = Instances().Matches(DeployedFile.Read("systemd/pywharf.service")).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(3, ports.Count);
        Assert.All(
            (string[])["nginx/pywharf.conf", "haproxy/haproxy.cfg", "prometheus/prometheus.yml"],
            file => Assert.Equal(ports, Addresses().Matches(DeployedFile.Read(file)).Select(match => match.Groups[1].Value)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes the unit, with a program and a user that exist.</summary>
    private Task WriteUnitAsync() => File.WriteAllTextAsync(_folder.At("pywharf.service"), DeployedFile.Read(
        "systemd/pywharf.service", ("/opt/pywharf/pywharf ", "/bin/true "), ("User=pywharf", "User=daemon"), ("Group=pywharf", "Group=daemon")));

    private Task<ProcessResult> AnalyzeAsync(string unit, string verb, params string[] flags) =>
        ChildProcess.RunAsync(ChildProcess.Describe("/usr/bin/systemd-analyze", [verb, .. flags, _folder.At(unit)], [("PATH", "/usr/bin:/bin")]));

    [GeneratedRegex(@"pywharf@(\d+)")]
    private static partial Regex Instances();

    [GeneratedRegex(@"127\.0\.0\.1:(\d+)")]
    private static partial Regex Addresses();
}
