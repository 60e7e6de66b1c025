using System.Formats.Tar;
using System.IO.Compression;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

public class SdistsTests
{
    [Fact]
    public void An_sdist_has_all_in_one_folder_named_as_itself()
    {
        var sdist = Sdists.Build("My.Pkg", "1.0", payload: 10);

        using var tar = new TarReader(new GZipStream(new MemoryStream(sdist.Content), CompressionMode.Decompress));
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
        }

        Assert.Equal("my_pkg-1.0.tar.gz", sdist.Filename);
        Assert.Equal(["my_pkg-1.0/PKG-INFO", "my_pkg-1.0/pyproject.toml", "my_pkg-1.0/backend.py", "my_pkg-1.0/payload.bin"], names);
    }

    [Fact]
    public void The_same_arguments_make_the_same_bytes() =>
        Assert.Equal(Sdists.Build("foo", "1.0").Content, Sdists.Build("foo", "1.0").Content);

    [TheoryWhen(Needs.Venv)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pip_builds_and_installs_an_sdist_without_a_network(bool zip)
    {
        using var user = new PythonUser();
        var sdist = Sdists.Build("foo", "1.0", zip: zip).WriteTo(user.At("dist"));
        var python = await user.CreateVenvAsync(PythonClients.Python ?? "");

        (await user.PipAsync(python, "install", "--no-index", sdist)).Succeeded();

        Assert.Equal("1.0\n", (await user.RunAsync(python, ["-c", "import foo; print(foo.__version__)"])).Succeeded().Stdout);
    }
}
