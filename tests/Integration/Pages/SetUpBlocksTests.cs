using PyWharf.Infrastructure.Toml;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>What people copy from the pages does what it says: with real clients, pasted as it is but for the secret.</summary>
public sealed class SetUpBlocksTests(SetUpBlocksTests.Fixture running) : IClassFixture<SetUpBlocksTests.Fixture>, IDisposable
{
    private const string Team = "my.team";
    private const string Open = "open";

    private readonly PythonUser _user = new();
    private readonly Browser _browser = new(running.Server);

    [FactWhen(Needs.Venv)]
    public async Task pip_installs_from_both()
    {
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
        (await _user.PasteAsync(python, await InstallBlockAsync(Open, "install-pip"))).Succeeded().Saying("Successfully installed guided-1.0");

        // pip asks for the secret, unless it finds it here.
        await WriteAsync($"machine {running.Server.BaseAddress.Host} login __token__ password {Fixture.ReadSecret}\n", ".netrc");
        (await _user.PasteAsync(python, (await InstallBlockAsync(Team, "install-pip")).TrimEnd() + " --force-reinstall --no-cache-dir"))
            .Succeeded().Saying("Successfully installed guided-1.0");
    }

    [FactWhen(Needs.Venv)]
    public async Task pip_conf_is_all_that_pip_needs()
    {
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
        foreach (var repository in (string[])[Team, Open])
        {
            await WriteAsync(await SetUpBlockAsync(repository, "set-up-pip-conf"), ".config", "pip", "pip.conf");

            (await _user.PipAsync(python, "install", "--force-reinstall", "--no-cache-dir", "guided")).Succeeded().Saying("Successfully installed guided-1.0");
        }
    }

    [FactWhen(Needs.Twine)]
    public async Task twine_uploads_with_the_file_and_with_the_command_of_an_empty_repository()
    {
        Wheels.Build("by-twine", "1.0").WriteTo(_user.At("dist"));
        await WriteAsync(await SetUpBlockAsync(Team, "set-up-pypirc", Fixture.WriteSecret), ".pypirc");
        await _browser.LogInAsync("empty", Fixture.WriteSecret);
        var command = (await _browser.VisitAsync("/empty/")).With(200).Page().CopyBlock("first-upload");

        (await PasteAsync($"twine upload -r {Team} dist/*")).Succeeded();
        (await PasteAsync(command, ("TWINE_PASSWORD", Fixture.WriteSecret))).Succeeded();

        foreach (var repository in (string[])[Team, "empty"])
        {
            using var reader = running.Server.Client(repository, Fixture.ReadSecret);
            await reader.AssertOffersAsync("by-twine", "by_twine-1.0-py3-none-any.whl");
        }
    }

    [FactWhen(Needs.Poetry, Needs.Venv)]
    public async Task poetry_adds()
    {
        await WriteAsync("""
            [tool.poetry]
            name = "by-poetry"
            version = "1.0"
            description = "Made with poetry"
            authors = []

            [tool.poetry.dependencies]
            python = ">=3.8"

            """, "pyproject.toml");

        (await PasteAsync((await InstallBlockAsync(Team, "install-poetry")).TrimEnd() + " --no-interaction")).Succeeded();

        Assert.Contains("guided", await File.ReadAllTextAsync(_user.At("poetry.lock")), StringComparison.Ordinal);
    }

    [FactWhen(Needs.Pdm)]
    public async Task pdm_adds()
    {
        await WriteAsync("[project]\nname = \"by-pdm\"\nversion = \"1.0\"\nrequires-python = \">=3.8\"\ndependencies = []\n", "pyproject.toml");

        (await PasteAsync((await InstallBlockAsync(Team, "install-pdm")).Replace("pdm add", "pdm add --no-self", StringComparison.Ordinal))).Succeeded();

        Assert.Contains("guided", await File.ReadAllTextAsync(_user.At("pdm.lock")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task uv_toml_is_what_the_documentation_of_uv_describes()
    {
        var block = await SetUpBlockAsync(Team, "set-up-uv-toml");

        Assert.True(TomlReader.TryRead(block, out _, out var error), error?.ToString());
        Assert.StartsWith(
            $"[[index]]\nname = \"{Team}\"\nurl = \"{running.Server.BaseAddress}{Team}/simple/\"\npublish-url = \"{running.Server.BaseAddress}{Team}/legacy/\"\ndefault = true\nauthenticate = \"always\"\n",
            block, StringComparison.Ordinal);
    }

    [FactWhen(Needs.ActionLint)]
    public async Task The_block_for_GitHub_Actions_is_a_valid_workflow()
    {
        foreach (var repository in (string[])[Team, Open])
        {
            await WriteAsync(await SetUpBlockAsync(repository, "set-up-github-actions"), "publish.yml");

            Assert.Empty(await ActionLint.MistakesInAsync(_user.At("publish.yml")));
        }
    }

    public void Dispose()
    {
        _user.Dispose();
        _browser.Dispose();
    }

    private Task<string> InstallBlockAsync(string repository, string id) => BlockAsync(repository, $"/{repository}/project/guided/", id, Fixture.ReadSecret);

    private Task<string> SetUpBlockAsync(string repository, string id, string secret = Fixture.ReadSecret) => BlockAsync(repository, $"/{repository}/", id, secret);

    private async Task<string> BlockAsync(string repository, string path, string id, string secret)
    {
        await _browser.LogInAsync(repository, Fixture.ReadSecret);

        return (await _browser.VisitAsync(path)).With(200).Page().CopyBlock(id).Replace("SECRET", secret, StringComparison.Ordinal);
    }

    private async Task WriteAsync(string content, params string[] path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_user.At(path)) ?? "");
        await File.WriteAllTextAsync(_user.At(path), content);
    }

    private Task<ProcessResult> PasteAsync(string lines, params (string Name, string Value)[] environment) => _user.RunAsync(
        "/bin/bash", ["-e", "-c", lines], [("PDM_CHECK_UPDATE", "0"), ("CI", "1"), ("POETRY_VIRTUALENVS_IN_PROJECT", "1"), .. environment]);

    /// <summary>A private repository whose name has a dot, an open and an empty one.</summary>
    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        internal const string ReadSecret = "read-me";
        internal const string WriteSecret = "write-me";

        private readonly TempFolder _root = new();
        private PyWharfProcess? _server;

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        public async Task InitializeAsync()
        {
            const string Secrets = $"type = \"file_system\"\nread_secret = \"{ReadSecret}\"\nwrite_secret = \"{WriteSecret}\"\n";
            _server = await PyWharfProcess.StartAsync(_root.Path, $"[\"{Team}\"]\n{Secrets}[{Open}]\n{Secrets}anonymous_read = true\n[empty]\n{Secrets}");
            foreach (var repository in (string[])[Team, Open])
            {
                using var writer = _server.Client(repository, WriteSecret);
                await writer.PublishAsync(Wheels.Build("guided", "1.0"));
            }
        }

        public Task DisposeAsync() => Task.CompletedTask;

        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
