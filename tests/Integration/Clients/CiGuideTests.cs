using System.Text.Json;
using System.Text.RegularExpressions;
using PyWharf.Integration.Documentation;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>What docs/clients.md says for CI and for bots: the variables and commands of each job are run, against a server of the tests.</summary>
public sealed partial class CiGuideTests(ClientsGuideTests.Fixture running) : IClassFixture<ClientsGuideTests.Fixture>, IDisposable
{
    private const string Simple = "https://pypi.example.com/team/simple/";

    private static readonly string Page = Guide.All.Single(guide => guide.Path == "docs/clients.md").Text;

    private readonly PythonUser _user = new();

    [FactWhen(Needs.Yaml, Needs.Twine, Needs.Pip)]
    public async Task A_job_of_GitHub_Actions_installs_and_publishes()
    {
        var job = (await Yaml.ReadAsync(Block("### GitHub Actions", "yaml"))).GetProperty("jobs").GetProperty("publish");
        var commands = job.GetProperty("steps").EnumerateArray().Where(step => step.TryGetProperty("run", out _)).Select(step => Text(step.GetProperty("run")));

        await AssertInstallsAndPublishesAsync("by-actions", Variables(job.GetProperty("env")), commands);
    }

    [FactWhen(Needs.ActionLint)]
    public async Task The_job_of_GitHub_Actions_is_a_valid_workflow()
    {
        var file = _user.At("publish.yml");
        await File.WriteAllTextAsync(file, Block("### GitHub Actions", "yaml"));

        Assert.Empty(await ActionLint.MistakesInAsync(file));
    }

    [FactWhen(Needs.Yaml, Needs.Twine, Needs.Pip)]
    public async Task A_job_of_GitLab_CI_installs_and_publishes()
    {
        var job = (await Yaml.ReadAsync(Block("### GitLab CI", "yaml"))).GetProperty("publish");

        await AssertInstallsAndPublishesAsync("by-gitlab", Variables(job.GetProperty("variables")), job.GetProperty("script").EnumerateArray().Select(Text));
    }

    [FactWhen(Needs.Twine, Needs.Pip)]
    public async Task A_pipeline_of_Jenkins_installs_and_publishes()
    {
        var pipeline = Block("### Jenkins", "groovy");
        var variables = JenkinsVariables().Matches(pipeline).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value + match.Groups[3].Value);
        var commands = JenkinsCommands().Matches(pipeline).Select(match => match.Groups[1].Value);

        await AssertInstallsAndPublishesAsync("by-jenkins", variables, commands);
    }

    [FactWhen(Needs.Yaml)]
    public async Task Dependabot_asks_this_index_and_no_other()
    {
        var file = await Yaml.ReadAsync(Block("## Dependabot", "yaml"));

        var registry = Assert.Single(file.GetProperty("registries").EnumerateObject());
        Assert.Equal(("python-index", Simple, "true"), (Text(registry.Value, "type"), Text(registry.Value, "url"), Text(registry.Value, "replaces-base")));
        Assert.All(
            file.GetProperty("updates").EnumerateArray(),
            update => Assert.Equal([registry.Name], update.GetProperty("registries").EnumerateArray().Select(Text)));
    }

    [Fact]
    public void Renovate_asks_this_index_and_no_other()
    {
        using var file = JsonDocument.Parse(Block("## Renovate", "json"));

        var rule = Assert.Single(file.RootElement.GetProperty("packageRules").EnumerateArray());
        Assert.Equal(["pypi"], rule.GetProperty("matchDatasources").EnumerateArray().Select(Text));
        Assert.Equal([Simple], rule.GetProperty("registryUrls").EnumerateArray().Select(Text));
        var host = Assert.Single(file.RootElement.GetProperty("hostRules").EnumerateArray());
        Assert.Contains(Text(host, "matchHost"), Simple, StringComparison.Ordinal);
    }

    public void Dispose() => _user.Dispose();

    /// <summary>Runs a job's last command, and a download in place of its first: the server has no build tools to install.</summary>
    private async Task AssertInstallsAndPublishesAsync(string project, Dictionary<string, string> variables, IEnumerable<string> commands)
    {
        Assert.Equal(["pip install build twine", "python -m build", "twine upload dist/*"], commands);
        var wheel = Wheels.Build(project, "1.0");
        wheel.WriteTo(_user.At("dist"));
        var environment = variables.Select(variable => (variable.Key, Filled(variable.Value))).ToArray();

        (await _user.RunAsync("/bin/bash", ["-e", "-c", "twine upload dist/*"], environment)).Succeeded();
        (await _user.RunAsync(PythonClients.Pips[0].Python, ["-m", "pip", "download", "--no-deps", "--trusted-host", running.Server.BaseAddress.Host, "guided"], environment))
            .Succeeded();

        using var reader = running.Server.Client("team", ClientsGuideTests.Fixture.ReadSecret);
        await reader.AssertOffersAsync(project, wheel.Filename);
    }

    /// <summary>A value of a variable with the secrets of the fixture, and its address.</summary>
    private string Filled(string value) => SecretReferences().Replace(value, match => match.Groups[1].Value switch
    {
        "READ" or "read" => ClientsGuideTests.Fixture.ReadSecret,
        _ => "write-me",
    }).Replace("https://", "http://", StringComparison.Ordinal).Replace("pypi.example.com", running.Server.BaseAddress.Authority, StringComparison.Ordinal);

    private static Dictionary<string, string> Variables(JsonElement table) => table.EnumerateObject().ToDictionary(entry => entry.Name, entry => Text(entry.Value));

    private static string Text(JsonElement value) => value.GetString() ?? "";

    private static string Text(JsonElement table, string key) => Text(table.GetProperty(key));

    private static string Block(string heading, string language)
    {
        var section = Page[Page.IndexOf($"{heading}\n", StringComparison.Ordinal)..];

        return Regex.Match(section, $@"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
    }

    [GeneratedRegex(@"(?:\$\{\{ secrets\.TEAM_|\$\{TEAM_|credentials\('team-)(READ|WRITE|read|write)(?: \}\}|\}|'\))")]
    private static partial Regex SecretReferences();

    [GeneratedRegex(@"^ +(\w+) = (?:[""'](.*)[""']|(credentials.*))$", RegexOptions.Multiline)]
    private static partial Regex JenkinsVariables();

    [GeneratedRegex("sh '(.*)'")]
    private static partial Regex JenkinsCommands();
}
