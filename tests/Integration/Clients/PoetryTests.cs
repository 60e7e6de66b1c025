using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>poetry both publishes and installs, always by digests.</summary>
public sealed class PoetryTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [FactWhen(Needs.Poetry)]
    public async Task Publishes_a_wheel_and_an_sdist_and_the_same_ones_again_but_no_others()
    {
        var module = _user.At("poetized", "__init__.py");
        await File.WriteAllTextAsync(module, "");
        await WriteProjectAsync("poetized");

        (await PoetryAsync("publish", "--build", "--repository", "ours")).Succeeded();
        (await PoetryAsync("publish", "--repository", "ours")).Succeeded();
        using var reader = running.Reader();
        var files = await reader.AssertOffersAsync("poetized", "poetized-1.0-py3-none-any.whl", "poetized-1.0.tar.gz");

        await File.WriteAllTextAsync(module, "changed = True\n");
        Directory.Delete(_user.At("dist"), recursive: true);
        (await PoetryAsync("publish", "--build", "--repository", "ours")).Failed().Saying("File already exists: poetized-1.0-py3-none-any.whl");
        (await PoetryAsync("publish", "--repository", "ours", "--skip-existing")).Succeeded().Saying("poetized-1.0.tar.gz File exists. Skipping");
        Assert.Equal(files, await reader.ReadFilesAsync("poetized"));
    }

    [FactWhen(Needs.Poetry, Needs.Venv)]
    public async Task Adds_locks_and_installs_what_has_the_locked_digest_and_nothing_else()
    {
        await LockedProject.PublishAsync(running);
        await WriteProjectAsync("depends");

        (await PoetryAsync("add", "application")).Succeeded();

        await LockedProject.AssertLockedAsync(_user.At("poetry.lock"));
        LockedProject.AssertInstalled(_user.At(".venv"));

        await LockedProject.TamperAsync(_user.At("poetry.lock"));
        Directory.Delete(_user.At(".venv"), recursive: true);
        (await PoetryAsync("install", "--no-root")).Failed().Saying($"{LockedProject.Application.Sha256}) not in poetry.lock metadata");
    }

    public void Dispose() => _user.Dispose();

    private Task WriteProjectAsync(string name) => File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
        [tool.poetry]
        name = "{name}"
        version = "1.0"
        description = "Made with poetry"
        authors = []

        [tool.poetry.dependencies]
        python = ">=3.8"

        [[tool.poetry.source]]
        name = "ours"
        url = "{new Uri(running.Server.BaseAddress, "simple/")}"
        default = true

        [build-system]
        requires = ["poetry-core"]
        build-backend = "poetry.core.masonry.api"
        """);

    private Task<ProcessResult> PoetryAsync(params string[] args) => _user.RunAsync(
        PythonClients.Poetry ?? "",
        [.. args, "--no-interaction"],
        ("POETRY_REPOSITORIES_OURS_URL", new Uri(running.Server.BaseAddress, "simple/").AbsoluteUri),
        ("POETRY_HTTP_BASIC_OURS_USERNAME", ServerFixture.Repository),
        ("POETRY_HTTP_BASIC_OURS_PASSWORD", ServerFixture.WriteSecret),
        ("POETRY_VIRTUALENVS_IN_PROJECT", "1"));
}
