using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Clients;

/// <summary>Clients that know one URL install what is ours with what it needs from upstream: neither a stranger's package of our name, nor one that is too young.</summary>
public sealed class OneUrlTests(OneUrlTests.Servers servers) : IClassFixture<OneUrlTests.Servers>, IDisposable
{
    private readonly PythonUser _user = new();

    public static TheoryData<string> Modes => new("redirect", "cache");

    [TheoryWhen(Needs.Venv)]
    [MemberData(nameof(Modes))]
    public async Task Pip(string mode)
    {
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");

        (await _user.PipAsync(python, "install", "--index-url", servers.UrlOf(mode), "application")).Succeeded().Saying("application-1.0");

        LockedProject.AssertInstalled(_user.At("venv", "lib")); // lib64 is a link to it
    }

    [TheoryWhen(Needs.Poetry, Needs.Venv)]
    [MemberData(nameof(Modes))]
    public async Task Poetry(string mode)
    {
        await File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
            [tool.poetry]
            name = "depends"
            version = "1.0"
            description = "Made with poetry"
            authors = []

            [tool.poetry.dependencies]
            python = ">=3.8"

            [[tool.poetry.source]]
            name = "ours"
            url = "{new Uri(servers.Server.BaseAddress, $"{mode}/simple/")}"
            default = true
            """);

        (await _user.RunAsync(
            PythonClients.Poetry ?? "",
            ["add", "application", "--no-interaction"],
            ("POETRY_HTTP_BASIC_OURS_USERNAME", mode),
            ("POETRY_HTTP_BASIC_OURS_PASSWORD", ServerFixture.ReadSecret),
            ("POETRY_VIRTUALENVS_IN_PROJECT", "1"))).Succeeded();

        await AssertLockedAsync("poetry.lock");
    }

    [TheoryWhen(Needs.Pdm)]
    [MemberData(nameof(Modes))]
    public async Task Pdm(string mode)
    {
        await File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
            [project]
            name = "depends"
            version = "1.0"
            requires-python = ">=3.8"
            dependencies = []

            [[tool.pdm.source]]
            name = "pypi"
            url = "{servers.UrlOf(mode)}"
            """);

        (await _user.RunAsync(PythonClients.Pdm ?? "", ["add", "--no-self", "application"], ("PDM_CHECK_UPDATE", "0"))).Succeeded();

        await AssertLockedAsync("pdm.lock");
    }

    public void Dispose() => _user.Dispose();

    private async Task AssertLockedAsync(string file)
    {
        await LockedProject.AssertLockedAsync(_user.At(file));
        LockedProject.AssertInstalled(_user.At(".venv"));
        Assert.DoesNotContain(servers.Upstream.Requests, request => request.Path.Contains("application", StringComparison.Ordinal));
    }

    /// <summary>A repository of each mode that has an application, and an index with the library that it needs.</summary>
    public sealed class Servers : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private FakePyPi? _upstream;
        private PyWharfProcess? _server;

        internal FakePyPi Upstream => _upstream ?? throw new InvalidOperationException("It has not started yet.");

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            _upstream = await FakePyPi.StartAsync();
            _upstream.Put(new FakeProject("application", FakeFile.Wheel("application", "99.0")));
            var library = LockedProject.Library;
            _upstream.Put(new FakeProject(
                "library",
                new FakeFile(library.Filename, library.Content) { Metadata = library.Metadata },
                FakeFile.Wheel("library", "2.0") with { UploadTime = "2999-01-01T00:00:00Z" }));

            string[] modes = ["redirect", "cache"];
            _server = await PyWharfProcess.StartAsync(_root.Path, string.Concat(modes.Select(mode => $"""
                [{mode}]
                type = "file_system"
                read_secret = "{ServerFixture.ReadSecret}"
                write_secret = "{ServerFixture.WriteSecret}"

                [{mode}.upstream]
                url = "{_upstream.Index}"
                mode = "{mode}"
                min_age = "3d"


                """)));
            foreach (var mode in modes)
            {
                using var writer = _server.Client(mode, ServerFixture.WriteSecret);
                await writer.PublishAsync(LockedProject.Application);
            }
        }

        internal string UrlOf(string mode) => Server.UrlFor($"{mode}/simple/", mode, ServerFixture.ReadSecret).ToString();

        /// <inheritdoc/>
        public async Task DisposeAsync() => await Upstream.DisposeAsync();

        /// <inheritdoc/>
        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
