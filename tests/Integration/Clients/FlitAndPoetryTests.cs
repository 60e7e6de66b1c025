using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>The clients that build, publish and resolve by themselves.</summary>
public sealed class FlitAndPoetryTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [FactWhen(Needs.Flit)]
    public async Task Flit_publishes_a_wheel_and_an_sdist()
    {
        await File.WriteAllTextAsync(_user.At("flitted.py"), "\"\"\"Made with flit\"\"\"\n__version__ = \"1.0\"\n");
        await File.WriteAllTextAsync(_user.At("pyproject.toml"), """
            [build-system]
            requires = ["flit_core"]
            build-backend = "flit_core.buildapi"

            [project]
            name = "flitted"
            requires-python = ">=3.6"
            dynamic = ["version", "description"]
            """);

        (await _user.RunAsync(
            PythonClients.Flit ?? "",
            ["publish"],
            ("FLIT_INDEX_URL", new Uri(running.Server.BaseAddress, "simple/").AbsoluteUri),
            ("FLIT_USERNAME", ServerFixture.Repository),
            ("FLIT_PASSWORD", ServerFixture.WriteSecret))).Succeeded();

        await AssertPublishedAsync("flitted", "flitted-1.0-py3-none-any.whl", "flitted-1.0.tar.gz");
    }

    [FactWhen(Needs.Poetry)]
    public async Task Poetry_publishes_a_wheel_and_an_sdist_and_locks_them_by_their_digests()
    {
        Directory.CreateDirectory(_user.At("poetized"));
        await File.WriteAllTextAsync(_user.At("poetized", "__init__.py"), "");
        await WriteProjectAsync("poetized", dependency: "", source: "");

        (await PoetryAsync("publish", "--build", "--repository", "ours")).Succeeded();

        await AssertPublishedAsync("poetized", "poetized-1.0-py3-none-any.whl", "poetized-1.0.tar.gz");

        await WriteProjectAsync("depends", dependency: "poetized = \"1.0\"", source: $"""
            [[tool.poetry.source]]
            name = "ours"
            url = "{new Uri(running.Server.BaseAddress, "simple/")}"
            default = true
            """);

        (await PoetryAsync("lock")).Succeeded();

        var locked = await File.ReadAllTextAsync(_user.At("poetry.lock"));
        using var reader = running.Reader();
        Assert.All(await reader.ReadFilesAsync("poetized"), file => Assert.Contains($"sha256:{file.Sha256}", locked, StringComparison.Ordinal));
    }

    public void Dispose() => _user.Dispose();

    private async Task AssertPublishedAsync(string project, params string[] filenames)
    {
        using var reader = running.Reader();
        var files = await reader.ReadFilesAsync(project);

        Assert.Equal(filenames, files.Select(file => file.Filename).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            Assert.Equal(file.Sha256, await reader.DownloadDigestAsync(file));
        }
    }

    private Task WriteProjectAsync(string name, string dependency, string source) => File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
        [tool.poetry]
        name = "{name}"
        version = "1.0"
        description = "Made with poetry"
        authors = []

        [tool.poetry.dependencies]
        python = ">=3.8"
        {dependency}

        {source}

        [build-system]
        requires = ["poetry-core"]
        build-backend = "poetry.core.masonry.api"
        """);

    private Task<ProcessResult> PoetryAsync(params string[] args) => _user.RunAsync(
        PythonClients.Poetry ?? "",
        [.. args, "--no-interaction"],
        ("POETRY_REPOSITORIES_OURS_URL", new Uri(running.Server.BaseAddress, "simple/").AbsoluteUri),
        ("POETRY_HTTP_BASIC_OURS_USERNAME", ServerFixture.Repository),
        ("POETRY_HTTP_BASIC_OURS_PASSWORD", ServerFixture.WriteSecret));
}
