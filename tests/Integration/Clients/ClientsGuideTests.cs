using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>What docs/clients.md says to write and to paste, client by client. Only the server's address is the test's.</summary>
public sealed partial class ClientsGuideTests(ClientsGuideTests.Fixture running) : IClassFixture<ClientsGuideTests.Fixture>, IDisposable
{
    private const string Address = "https://pypi.example.com/";

    private readonly PythonUser _user = new();
    private readonly string _guide = File.ReadAllText(RepositoryRoot.At("docs", "clients.md"));

    [FactWhen(Needs.Venv)]
    public async Task pip_installs_with_the_files_of_the_guide()
    {
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
        await WriteAsync(Block("pip", "ini"), ".config", "pip", "pip.conf");
        await WriteAsync(Block("pip", "text"), ".netrc");

        (await _user.PipAsync(python, "install", "guided")).Succeeded().Saying("Successfully installed guided-1.0");
    }

    [FactWhen(Needs.Twine)]
    public async Task Twine_uploads_with_the_file_of_the_guide()
    {
        Wheels.Build("by-twine", "1.0").WriteTo(_user.At("dist"));
        await WriteAsync(Block("twine", "ini"), ".pypirc");

        (await PasteAsync(Block("twine", "shell"))).Succeeded();

        await AssertPublishedAsync("by-twine", "by_twine-1.0-py3-none-any.whl");
    }

    [FactWhen(Needs.Poetry, Needs.Venv)]
    public async Task Poetry_adds_and_publishes_as_the_guide_says()
    {
        // Which of the two lines poetry takes depends on its version (the guide says so).
        var isOld = (await RunAsync(PythonClients.Poetry ?? "", ["--version"])).Stdout.Contains("version 1.", StringComparison.Ordinal);
        var source = isOld ? Block("poetry", "toml").Replace("priority = \"primary\"", "default = true", StringComparison.Ordinal) : Block("poetry", "toml");
        await File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
            [tool.poetry]
            name = "by-poetry"
            version = "1.0"
            description = "Made with poetry"
            authors = []
            packages = [{"{"} include = "by_poetry.py" {"}"}]

            [tool.poetry.dependencies]
            python = ">=3.8"

            {source}
            [build-system]
            requires = ["poetry-core"]
            build-backend = "poetry.core.masonry.api"
            """);
        await File.WriteAllTextAsync(_user.At("by_poetry.py"), "");

        (await PasteAsync(Block("poetry", "shell"))).Succeeded();
        await AssertPublishedAsync("by-poetry", "by_poetry-1.0-py3-none-any.whl", "by_poetry-1.0.tar.gz");

        (await PasteAsync("poetry add guided --no-interaction")).Succeeded();
    }

    [FactWhen(Needs.Pdm)]
    public async Task Pdm_adds_and_publishes_as_the_guide_says()
    {
        await File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
            [project]
            name = "by-pdm"
            version = "1.0"
            requires-python = ">=3.8"
            dependencies = []

            {Block("pdm", "toml")}
            """);
        Wheels.Build("by-pdm", "1.0").WriteTo(_user.At("dist"));

        (await PasteAsync(Block("pdm", "shell").Replace("publish", "publish --no-build", StringComparison.Ordinal))).Succeeded();
        await AssertPublishedAsync("by-pdm", "by_pdm-1.0-py3-none-any.whl");

        (await PasteAsync("pdm add --no-self guided")).Succeeded();
    }

    [FactWhen(Needs.Pipenv)]
    public async Task Pipenv_installs_with_the_file_of_the_guide()
    {
        await File.WriteAllTextAsync(_user.At("Pipfile"), Block("pipenv", "toml") + "\n[packages]\nguided = \"*\"\n");

        (await PasteAsync("pipenv install")).Succeeded();
    }

    [FactWhen(Needs.Flit)]
    public async Task Flit_publishes_as_the_guide_says()
    {
        await File.WriteAllTextAsync(_user.At("by_flit.py"), "\"\"\"Made with flit\"\"\"\n__version__ = \"1.0\"\n");
        await File.WriteAllTextAsync(_user.At("pyproject.toml"), """
            [build-system]
            requires = ["flit_core"]
            build-backend = "flit_core.buildapi"

            [project]
            name = "by_flit"
            dynamic = ["version", "description"]
            """);

        (await PasteAsync(Block("flit and hatch", "shell"))).Succeeded();

        await AssertPublishedAsync("by-flit", "by_flit-1.0-py2.py3-none-any.whl", "by_flit-1.0.tar.gz");
    }

    public void Dispose() => _user.Dispose();

    /// <summary>The one block of a language below a heading of the guide, with the address of the server that runs.</summary>
    private string Block(string heading, string language)
    {
        var section = Sections().Split(_guide).Single(section => section.StartsWith($"{heading}\n", StringComparison.Ordinal));
        var block = Assert.Single(
            Regex.Matches(section, $@"^```{language}\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)).Groups[1].Value;
        var host = running.Server.BaseAddress;

        return block
            .Replace(Address, host.AbsoluteUri, StringComparison.Ordinal)
            .Replace("https://__token__:${TEAM_SECRET}@pypi.example.com", $"http://__token__:${{TEAM_SECRET}}@{host.Authority}", StringComparison.Ordinal)
            .Replace("pypi.example.com", host.Host, StringComparison.Ordinal);
    }

    private async Task WriteAsync(string content, params string[] path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_user.At(path)) ?? "");
        await File.WriteAllTextAsync(_user.At(path), content);
    }

    private Task<ProcessResult> PasteAsync(string lines) => RunAsync("/bin/bash", ["-e", "-c", lines]);

    private Task<ProcessResult> RunAsync(string program, IEnumerable<string> args) => _user.RunAsync(
        program, args,
        ("TEAM_SECRET", Fixture.ReadSecret),
        ("PDM_CHECK_UPDATE", "0"), ("PIPENV_VENV_IN_PROJECT", "1"), ("PIPENV_NOSPIN", "1"), ("CI", "1"), ("POETRY_VIRTUALENVS_IN_PROJECT", "1"));

    private async Task AssertPublishedAsync(string project, params string[] filenames)
    {
        using var reader = running.Server.Client("team", Fixture.ReadSecret);
        await reader.AssertOffersAsync(project, filenames);
    }

    [GeneratedRegex("^## ", RegexOptions.Multiline)]
    private static partial Regex Sections();

    /// <summary>The server that the guide speaks of, with one package in it.</summary>
    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        internal const string ReadSecret = "read-me";

        private readonly TempFolder _root = new();
        private PyWharfProcess? _server;

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        public async Task InitializeAsync()
        {
            _server = await PyWharfProcess.StartAsync(
                _root.Path, $"[team]\ntype = \"file_system\"\nread_secret = \"{ReadSecret}\"\nwrite_secret = \"write-me\"\n");
            using var writer = _server.Client("team", "write-me");
            await writer.PublishAsync(Wheels.Build("guided", "1.0"));
        }

        public Task DisposeAsync() => Task.CompletedTask;

        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
