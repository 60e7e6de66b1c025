using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>Every pip that this machine has, from 18.1 on where pyenv has installed it.</summary>
public sealed class PipTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private const string AnyPython = "py2.py3-none-any";

    private readonly PythonUser _user = new();
    private readonly HttpClient _writer = running.Writer();

    [TheoryWhen(Needs.Pip)]
    [MemberData(nameof(PythonClients.EachInterpreter), MemberType = typeof(PythonClients))]
    public async Task Installs_the_newest_version_that_is_for_its_Python(string python)
    {
        await _writer.PublishAsync(
            Wheels.Build("Fits.Me", "1.0", requiresPython: ">=2.7", tag: AnyPython),
            Wheels.Build("Fits.Me", "2.0", requiresPython: ">=4", tag: AnyPython));

        (await _user.PipAsync(python, "install", "--index-url", Index("simple/"), "--target", _user.At("site"), "fits-me")).Succeeded();

        Assert.Equal("1.0\n", (await ImportAsync(python, "fits_me")).Succeeded().Stdout);
    }

    [TheoryWhen(Needs.Pip)]
    [MemberData(nameof(PythonClients.EachInterpreter), MemberType = typeof(PythonClients))]
    public async Task Downloads_what_has_the_right_hash_and_nothing_else(string python)
    {
        var wheel = Wheels.Build("hashed", "1.0", tag: AnyPython, payload: 300_000, random: true);
        await _writer.PublishAsync(wheel);

        (await DownloadAsync(python, wheel.Sha256)).Succeeded();
        Assert.Equal(wheel.Content, await File.ReadAllBytesAsync(_user.At("got", wheel.Filename)));

        File.Delete(_user.At("got", wheel.Filename));
        var refused = await DownloadAsync(python, Wheels.Build("hashed", "1.1").Sha256);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("THESE PACKAGES DO NOT MATCH THE HASHES", refused.ToString(), StringComparison.Ordinal);
    }

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

    private async Task<ProcessResult> DownloadAsync(string python, string sha256)
    {
        await File.WriteAllTextAsync(_user.At("requirements.txt"), $"hashed==1.0 --hash=sha256:{sha256}\n");

        return await _user.PipAsync(
            python, "download", "--index-url", Index("simple/"), "--no-cache-dir", "--require-hashes", "-r", "requirements.txt", "-d", "got");
    }

    private Task<ProcessResult> ImportAsync(string python, string module) =>
        _user.RunAsync(python, ["-c", $"import {module}; print({module}.__version__)"], ("PYTHONPATH", _user.At("site")));

    private static string Normalized(string requirement) => requirement.Replace('_', '-');
}
