using System.Text.RegularExpressions;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Runs the commands of docs/backends/github.md, from an empty account to an installed package, with the addresses replaced.</summary>
public sealed partial class GitHubGuideTests : IAsyncLifetime, IDisposable
{
    private readonly PythonUser _user = new();
    private readonly string _guide = File.ReadAllText(RepositoryRoot.At("docs", "backends", "github.md"));
    private FakeGitHub _github = null!; // set before each test
    private FakeToken _token = null!; // as well

    public async Task InitializeAsync()
    {
        _github = await FakeGitHub.StartAsync();
        _token = _github.AddClassicToken("acme", "repo", "workflow");
    }

    public async Task DisposeAsync() => await _github.DisposeAsync();

    public void Dispose() => _user.Dispose();

    [FactWhen(Needs.Twine, Needs.Venv, Needs.Curl)]
    public async Task From_an_empty_account_to_an_installed_package()
    {
        // Set up.
        var init = await PasteAsync(Blocks("shell")[0]);
        Assert.Contains("acme/packages: created, private.", init.Succeeded().Stderr, StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(_github.Repositories).Read(".github/workflows/main.yml"));

        // A server with what was printed, and with the secret as the guide has it.
        await File.WriteAllTextAsync(_user.At("admin_secret.toml"), Blocks("toml")[1]);
        using (var server = await PyWharfProcess.StartAsync(
            ["server", "root", "--config=config.toml", "--admin_secret=admin_secret.toml", "--host=127.0.0.1", "--port=0", "--extra_index_url="],
            [("PYWHARF_GITHUB_TOKEN", _token.Value)],
            _user.Home))
        {
            var wheel = Wheels.Build("your-package", "1.0").WriteTo(_user.At("dist"));
            (await _user.TwineUploadAsync(new Uri(server.BaseAddress, "simple/"), "team", _token.Value, wheel)).Succeeded();
        }

        // What the workflow runs.
        var update = await PasteAsync("pywharf update_index --type=github --name=team --owner=acme --repo=packages --branch=main --secret_env=GITHUB_TOKEN");
        Assert.Contains("1 files published", update.Succeeded().Stdout, StringComparison.Ordinal);

        // In CI.
        var recipe = Blocks("yaml").Single();
        using (var server = await PyWharfProcess.StartAsync(
            [], [("PYWHARF_COMMAND", "server"), ("PYWHARF_COMMAND_ROOT", _user.At("pywharf-root")), ("PYWHARF_COMMAND_PORT", "0"), ("PYWHARF_COMMAND_HOST", "127.0.0.1")], _user.Home))
        {
            var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
            foreach (var step in Steps().Matches(recipe).Select(match => Indentation().Replace(match.Groups[1].Value, "")))
            {
                var lines = step.Replace("localhost:8888", server.BaseAddress.Authority, StringComparison.Ordinal)
                    .Replace("branch = \"main\"", $"branch = \"main\"\\napi_url = \"{_github.ApiUrl}\"", StringComparison.Ordinal);
                (await _user.PasteAsync(python, $"TOKEN={_token.Value}\n{lines}")).Succeeded();
            }

            Assert.Contains("your-package==1.0", (await _user.PipAsync(python, "freeze")).Stdout, StringComparison.Ordinal);
        }

        // Static pages.
        Directory.CreateDirectory(_user.At("pages"));
        (await PasteAsync(Blocks("shell")[1])).Succeeded();
        Assert.Contains("your-package", await File.ReadAllTextAsync(_user.At("pages", "index.html")), StringComparison.Ordinal);
    }

    private List<string> Blocks(string language) =>
        [.. Regex.Matches(_guide, $@"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

    /// <summary>Pastes lines into a shell that finds this program, with the token in the variable and GitHub's address in the command.</summary>
    private Task<ProcessResult> PasteAsync(string lines)
    {
        var pasted = Secrets().Replace(lines, $"--api_url={_github.ApiUrl} $1").Replace("GITHUB_TOKEN=…", $"GITHUB_TOKEN={_token.Value}", StringComparison.Ordinal);
        Assert.NotEqual(lines, pasted);

        return _user.RunAsync(
            "/bin/bash", ["-e", "-c", pasted], ("PATH", $"{AppContext.BaseDirectory}:/usr/local/bin:/usr/bin:/bin"), ("GITHUB_TOKEN", _token.Value));
    }

    [GeneratedRegex("(--(token|secret)_env=)")]
    private static partial Regex Secrets();

    [GeneratedRegex(@"^ +- run: (?:\|\n)?((?:.*\n)(?:^ {10}.*\n)*)", RegexOptions.Multiline)]
    private static partial Regex Steps();

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Indentation();
}
