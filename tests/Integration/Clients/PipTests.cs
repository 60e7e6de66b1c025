using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>The system's pip, in what all of them do alike.</summary>
public sealed class PipTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly PythonUser _user = new();
    private readonly HttpClient _writer = running.Writer();

    [FactWhen(Needs.Venv)]
    public async Task Lists_versions_with_the_command_for_it()
    {
        await _writer.PublishAsync(((string[])["1.9", "1.10", "2.0rc1", "1.10+local.1"]).Select(version => Wheels.Build("versions", version)));

        var listed = await _user.PipAsync(PythonClients.Python ?? "", "index", "versions", "--pre", "--index-url", Index("simple/"), "versions");

        Assert.Contains("Available versions: 2.0rc1, 1.10+local.1, 1.10, 1.9", listed.Succeeded().Stdout, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Venv)]
    public async Task Installs_into_a_virtual_environment_from_a_wheel_and_from_an_sdist()
    {
        await _writer.PublishAsync(Wheels.Build("from-wheel", "1.0+local.1"), Sdists.Build("from.sdist", "1.0"));
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");

        (await _user.PipAsync(python, "install", "--index-url", Index("local/simple/"), "from-wheel", "from.sdist")).Succeeded();

        var frozen = (await _user.PipAsync(python, "freeze")).Succeeded().Stdout;
        Assert.Equal(["from-wheel==1.0+local.1", "from.sdist==1.0"], frozen.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Normalized).Order());
    }

    [FactWhen(Needs.Venv)]
    public async Task Sees_a_new_version_at_once_however_much_it_keeps()
    {
        await using var proxy = await RecordingProxy.StartAsync(running.Server);
        var index = proxy.UrlFor("simple/", ServerFixture.Repository, ServerFixture.ReadSecret);
        foreach (var version in (string[])["1.0", "2.0"])
        {
            await _writer.PublishAsync(Wheels.Build("kept", version));

            for (var time = 0; time < 2; time++)
            {
                (await _user.PipAsync(PythonClients.Python ?? "", "download", "--trusted-host", "127.0.0.1", "--index-url", index, "-d", $"got-{version}-{time}", "kept")).Succeeded();
                Assert.True(File.Exists(_user.At($"got-{version}-{time}", $"kept-{version}-py3-none-any.whl")));
            }
        }

        Assert.Equal([200, 304, 200, 304], proxy.Requests.Where(request => request is { Filename: "", Status: not 401 }).Select(request => request.Status));
        Assert.Equal(2, proxy.Requests.Count(request => request is { Filename: not "", Status: 200 }));
    }

    [FactWhen(Needs.Venv)]
    public async Task Says_that_the_credentials_are_wrong()
    {
        var failed = await _user.PipAsync(
            PythonClients.Python ?? "", "download", "-vv", "--index-url", running.Server.UrlFor("simple/", ServerFixture.Repository, "wrong"), "demo");

        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("401 Client Error: Wrong or missing credentials", failed.ToString(), StringComparison.Ordinal);
    }

    [FactWhen(Needs.Venv)]
    public async Task Finds_no_project_that_is_not_there()
    {
        var failed = await _user.PipAsync(PythonClients.Python ?? "", "download", "--index-url", Index("simple/"), "nobody-has-this");

        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("No matching distribution found for nobody-has-this", failed.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _user.Dispose();
    }

    private string Index(string path) => running.Server.UrlFor(path, ServerFixture.Repository, ServerFixture.ReadSecret);

    private static string Normalized(string requirement) => requirement.Replace('_', '-');
}
