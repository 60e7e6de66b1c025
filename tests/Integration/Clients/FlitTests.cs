using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>flit says what it sends, and leaves out what it has not.</summary>
public sealed class FlitTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [FactWhen(Needs.Flit)]
    public async Task Publishes_a_wheel_and_an_sdist_and_the_same_ones_again_but_no_others()
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

        (await PublishAsync()).Succeeded();
        (await PublishAsync()).Succeeded();
        using var reader = running.Reader();
        var files = await reader.AssertOffersAsync("flitted", "flitted-1.0-py3-none-any.whl", "flitted-1.0.tar.gz");

        await File.AppendAllTextAsync(_user.At("flitted.py"), "changed = True\n");
        (await PublishAsync()).Failed().Saying("File already exists: flitted-1.0-py3-none-any.whl");
        Assert.Equal(files, await reader.ReadFilesAsync("flitted"));
    }

    public void Dispose() => _user.Dispose();

    // With the date, the same files make the same archives.
    private Task<ProcessResult> PublishAsync() => _user.RunAsync(
        PythonClients.Flit ?? "",
        ["publish"],
        ("SOURCE_DATE_EPOCH", "1580601600"),
        ("FLIT_INDEX_URL", new Uri(running.Server.BaseAddress, "simple/").AbsoluteUri),
        ("FLIT_USERNAME", ServerFixture.Repository),
        ("FLIT_PASSWORD", ServerFixture.WriteSecret));
}
