using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>Wheels and sdists as each build backend makes them, and as pip builds the sdists again.</summary>
public sealed class BuildBackendTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private static readonly IReadOnlyList<(string Module, string Backend)> Known =
    [
        ("setuptools", "setuptools.build_meta"),
        ("flit_core", "flit_core.buildapi"),
        ("poetry.core", "poetry.core.masonry.api"),
        ("hatchling", "hatchling.build"),
        ("pdm.pep517", "pdm.pep517.api"),
    ];

    private readonly PythonUser _user = new();

    /// <summary>The backends that the system's Python has; setuptools comes with its pip.</summary>
    public static IEnumerable<object[]> Backends =>
        from known in Known
        where PythonClients.Python is { } python && PythonClients.Has(python, known.Module)
        select new object[] { known.Module, known.Backend };

    [TheoryWhen(Needs.Build, Needs.Twine)]
    [MemberData(nameof(Backends))]
    public async Task What_it_builds_is_published_and_installed(string module, string backend)
    {
        var name = $"made-with-{module.Replace('.', '-').Replace('_', '-')}";
        await WriteProjectAsync(name, backend);
        (await _user.RunAsync(PythonClients.Python ?? "", ["-m", "build", "--no-isolation", "--skip-dependency-check"])).Succeeded();
        var files = Directory.GetFiles(_user.At("dist"));

        (await _user.TwineUploadAsync(
            new Uri(running.Server.BaseAddress, "simple/"), ServerFixture.Repository, ServerFixture.WriteSecret, files)).Succeeded();

        using var reader = running.Reader();
        await reader.AssertOffersAsync(name, [.. files.Select(file => Path.GetFileName(file))]);
        Assert.Single(await reader.MetadataDigestsAsync(name));
        await AssertInstallsAsync(name, "--only-binary");
        await AssertInstallsAsync(name, "--no-binary");
    }

    [FactWhen(Needs.Pip, Needs.Twine)]
    public async Task Sdists_of_every_setuptools_are_published_under_the_names_that_they_were_given()
    {
        foreach (var pip in PythonClients.Pips.Where(pip => PythonClients.Has(pip.Python, "setuptools")))
        {
            // A version has one sdist.
            foreach (var (format, version) in (IEnumerable<(string, string)>)[("gztar", "1.0-rc.1"), ("zip", "1.0-rc.2")])
            {
                await File.WriteAllTextAsync(_user.At("setup.py"), $"""
                    from setuptools import setup
                    setup(name="Made.By_Python-{pip.PythonVersion}", version="{version}", python_requires=">=2.7", extras_require=dict(more=["six"]))
                    """);
                (await _user.RunAsync(pip.Python, ["setup.py", "sdist", $"--formats={format}"])).Succeeded();
            }
        }

        var files = Directory.GetFiles(_user.At("dist"));
        Assert.NotEmpty(files);

        (await _user.TwineUploadAsync(
            new Uri(running.Server.BaseAddress, "simple/"), ServerFixture.Repository, ServerFixture.WriteSecret, files)).Succeeded();

        using var reader = running.Reader();
        var listed = (await reader.ReadAllFilesAsync()).Where(file => file.Project.StartsWith("made-by-python-", StringComparison.Ordinal));
        Assert.Equal(files.Select(Path.GetFileName).Order(StringComparer.Ordinal), listed.Select(file => file.Filename).Order(StringComparer.Ordinal));
    }

    public void Dispose() => _user.Dispose();

    private async Task WriteProjectAsync(string name, string backend)
    {
        await File.WriteAllTextAsync(_user.At(SampleMetadata.Escaped(name), "__init__.py"), "\"\"\"Größe\"\"\"\n__version__ = \"1.0\"\n");
        await File.WriteAllTextAsync(_user.At("README.md"), $"# {name}\n\nGröße\n");
        await File.WriteAllTextAsync(_user.At("pyproject.toml"), $"""
            [build-system]
            requires = []
            build-backend = "{backend}"

            [project]
            name = "{name}"
            version = "1.0"
            description = "Größe"
            readme = "README.md"
            requires-python = ">=3.8"

            [tool.setuptools]
            packages = ["{SampleMetadata.Escaped(name)}"]

            [tool.poetry]
            name = "{name}"
            version = "1.0"
            description = "Größe"
            authors = []
            readme = "README.md"
            """);
    }

    private async Task AssertInstallsAsync(string name, string which)
    {
        (await _user.PipAsync(
            PythonClients.Python ?? "", "install", "--index-url", running.Server.UrlFor("simple/", ServerFixture.Repository, ServerFixture.ReadSecret),
            "--no-build-isolation", "--no-deps", "--no-compile", which, ":all:", "--target", _user.At(which), name)).Succeeded();

        Assert.True(File.Exists(_user.At(which, SampleMetadata.Escaped(name), "__init__.py")));
    }
}
