using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Quickstart;

/// <summary>What README.md says to paste for a team's server is run: only the port, the two folders and the package are the test's.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly PythonUser _user = new();
    private readonly string _readme = File.ReadAllText(RepositoryRoot.At("README.md"));

    [FactWhen(Needs.Venv, Needs.Twine)]
    public async Task A_teams_server_takes_and_gives_packages_as_the_README_says()
    {
        await File.WriteAllTextAsync(_user.At("config.toml"), Blocks("toml").First());
        var serverLine = Assert.Single(Lines, line => line.StartsWith("out/pywharf server ", StringComparison.Ordinal));
        using var server = await PyWharfProcess.StartAsync(
            [.. serverLine.Replace("/srv/pywharf", _user.At("root"), StringComparison.Ordinal).Split(' ').Skip(1), "--port=0"], [], _user.Home);

        Wheels.Build("your-package", "1.0").WriteTo(_user.At("dist"));
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
        (await PasteAsync(server, python, Assert.Single(Lines, line => line.StartsWith("twine upload ", StringComparison.Ordinal)))).Succeeded();

        var installs = Lines.Where(line => line.StartsWith("pip install ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, installs.Count);
        foreach (var install in installs)
        {
            var output = (await PasteAsync(server, python, install)).Succeeded().Stdout;
            Assert.Contains("Successfully installed your-package-1.0", output, StringComparison.Ordinal);
            (await _user.PipAsync(python, "uninstall", "--yes", "your-package")).Succeeded();
        }
    }

    [Fact]
    public async Task Every_command_that_the_README_names_has_help()
    {
        var commands = Named().Matches(_readme).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Superset(new HashSet<string> { "quickstart", "server", "update_index" }, commands.ToHashSet());
        foreach (var command in commands)
        {
            (await PyWharfProcess.RunAsync([command, "--help"])).Succeeded();
        }
    }

    public void Dispose() => _user.Dispose();

    private IEnumerable<string> Lines => Blocks("shell").SelectMany(block => block.Split('\n'));

    private IEnumerable<string> Blocks(string language) =>
        Regex.Matches(_readme, $@"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value);

    private Task<ProcessResult> PasteAsync(PyWharfProcess server, string python, string line)
    {
        Assert.Contains("localhost:8888", line, StringComparison.Ordinal);

        return _user.PasteAsync(python, line.Replace(":8888", $":{server.BaseAddress.Port}", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| `pywharf ([a-z_.]+)", RegexOptions.Multiline)]
    private static partial Regex Named();
}
