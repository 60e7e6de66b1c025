using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>pdm reads the index with a finder of its own.</summary>
public sealed class PdmTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [FactWhen(Needs.Pdm)]
    public async Task Publishes_a_wheel_and_an_sdist_and_the_same_ones_again_but_no_others()
    {
        Distribution[] files = [Wheels.Build("published", "1.0"), Sdists.Build("published", "1.0")];
        Array.ForEach(files, file => file.WriteTo(_user.At("dist")));
        await WriteProjectAsync("published");

        (await PublishAsync()).Succeeded();
        (await PublishAsync()).Succeeded();
        using var reader = running.Reader();
        var listed = await reader.AssertOffersAsync("published", [.. files.Select(file => file.Filename)]);

        Wheels.Build("published", "1.0", payload: 10).WriteTo(_user.At("dist"));
        (await PublishAsync()).Failed().Saying("File already exists: published-1.0-py3-none-any.whl");
        Assert.Equal(listed, await reader.ReadFilesAsync("published"));
    }

    [FactWhen(Needs.Pdm)]
    public async Task Adds_locks_and_installs_what_has_the_locked_digest_and_nothing_else()
    {
        await LockedProject.PublishAsync(running);
        await WriteProjectAsync("depends");

        (await PdmAsync("add", "--no-self", "application")).Succeeded();

        await LockedProject.AssertLockedAsync(_user.At("pdm.lock"));
        LockedProject.AssertInstalled(_user.At(".venv"));

        await LockedProject.TamperAsync(_user.At("pdm.lock"));
        Directory.Delete(_user.At(".venv"), recursive: true);
        Directory.Delete(_user.At(".cache"), recursive: true);
        (await PdmAsync("sync", "--no-self")).Failed().Saying("Hash mismatch");
    }

    public void Dispose() => _user.Dispose();

    private Task WriteProjectAsync(string name) => File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
        [project]
        name = "{name}"
        version = "1.0"
        requires-python = ">=3.8"
        dependencies = []

        [[tool.pdm.source]]
        name = "pypi"
        url = "{running.Server.UrlFor("simple/", ServerFixture.Repository, ServerFixture.ReadSecret)}"
        """);

    private Task<ProcessResult> PublishAsync() => PdmAsync(
        "publish", "--no-build", "--repository", new Uri(running.Server.BaseAddress, "simple/").AbsoluteUri,
        "--username", ServerFixture.Repository, "--password", ServerFixture.WriteSecret);

    private Task<ProcessResult> PdmAsync(params string[] args) => _user.RunAsync(PythonClients.Pdm ?? "", args, ("PDM_CHECK_UPDATE", "0"));
}
