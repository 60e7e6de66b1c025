using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>twine shows its user the reason phrase, and nothing more: each refusal must say there what is wrong.</summary>
public sealed class TwineTests(TwineTests.Fixture running) : IClassFixture<TwineTests.Fixture>, IDisposable
{
    private const string Repository = "acme-1";

    // Whatever TOML, HTTP Basic, a URL or a shell could trip over. requests sends it as Latin-1, not as UTF-8.
    private const string ReadSecret = """r:@/\?#&=+%2F ~'"é""";

    private const string WriteSecret = """w:@/\?#&=+%2F ~'"é""";

    private readonly PythonUser _user = new();

    [TheoryWhen(Needs.Twine, Needs.Pip)]
    [InlineData("with-slash", "simple/", "simple/")]
    [InlineData("without-slash", "simple", "simple/")]
    [InlineData("legacy", "legacy/", "simple/")]
    [InlineData("repository-in-path", "acme-1/simple/", "acme-1/simple/")]
    public async Task Uploads_a_wheel_and_an_sdist_that_pip_downloads(string name, string uploadPath, string indexPath)
    {
        Distribution[] files = [Wheels.Build(name, "1.0", payload: 200_000, random: true), Sdists.Build(name, "1.0")];

        (await UploadAsync(uploadPath, WriteSecret, [.. files.Select(file => file.WriteTo(_user.At("dist")))])).Succeeded();

        foreach (var (file, kind) in files.Zip(["--only-binary", "--no-binary"]))
        {
            (await _user.PipAsync(PythonClients.Python ?? "", "download", "--index-url", running.Server.UrlFor(indexPath, Repository, ReadSecret),
                "--no-deps", kind, name, "-d", "got", name)).Succeeded();
            Assert.Equal(file.Content, await File.ReadAllBytesAsync(_user.At("got", file.Filename)));
        }
    }

    [FactWhen(Needs.Twine)]
    public async Task The_same_bytes_again_are_well()
    {
        var wheel = Wheels.Build("again", "1.0").WriteTo(_user.At("dist"));
        (await UploadAsync("simple/", WriteSecret, wheel)).Succeeded();

        (await UploadAsync("simple/", WriteSecret, wheel)).Succeeded();
    }

    [FactWhen(Needs.Twine)]
    public async Task Other_bytes_are_refused_with_the_reason_and_skipped_where_that_is_asked_for()
    {
        (await UploadAsync("simple/", WriteSecret, Wheels.Build("taken", "1.0").WriteTo(_user.At("dist")))).Succeeded();
        var other = Wheels.Build("taken", "1.0", payload: 10).WriteTo(_user.At("dist"));

        AssertRefused(await UploadAsync("simple/", WriteSecret, other), "File already exists: taken-1.0-py3-none-any.whl");

        var skipped = (await UploadAsync("simple/", WriteSecret, "--skip-existing", other)).Succeeded();
        Assert.Contains("Skipping taken-1.0-py3-none-any.whl because it appears to already exist", skipped.ToString(), StringComparison.Ordinal);
    }

    [FactWhen(Needs.Twine)]
    public async Task A_wrong_password_is_refused_with_the_reason() => AssertRefused(
        await UploadAsync("simple/", "wrong", Wheels.Build("wrong", "1.0").WriteTo(_user.At("dist"))),
        "Wrong or missing credentials");

    [FactWhen(Needs.Twine)]
    public async Task A_read_secret_is_refused_with_the_reason() => AssertRefused(
        await UploadAsync("simple/", ReadSecret, Wheels.Build("reader", "1.0").WriteTo(_user.At("dist"))),
        "This secret may read but not write");

    [TheoryWhen(Needs.Twine)]
    [InlineData(WriteSecret, "The file is larger than the 1000000 bytes")]
    [InlineData("wrong", "Wrong or missing credentials")]
    public async Task The_reason_comes_through_though_the_file_is_still_being_sent(string password, string reason) => AssertRefused(
        await UploadAsync("simple/", password, Wheels.Build("large", "1.0", payload: 5_000_000, random: true).WriteTo(_user.At("dist"))),
        reason);

    public void Dispose() => _user.Dispose();

    private Task<ProcessResult> UploadAsync(string path, string password, params string[] args) =>
        _user.TwineUploadAsync(new Uri(running.Server.BaseAddress, path), Repository, password, args);

    private static void AssertRefused(ProcessResult twine, string reason) => Assert.Equal(1, twine.Saying(reason).ExitCode);

    /// <summary>A server with hard secrets and a low limit.</summary>
    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private PyWharfProcess? _server;

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        /// <inheritdoc/>
        public async Task InitializeAsync() => _server = await PyWharfProcess.StartAsync(_root.Path, $"""
            [{Repository}]
            type = "file_system"
            max_file_bytes = 1000000
            read_secret = '''{ReadSecret}'''
            write_secret = '''{WriteSecret}'''
            """);

        /// <inheritdoc/>
        public Task DisposeAsync() => Task.CompletedTask;

        /// <inheritdoc/>
        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
