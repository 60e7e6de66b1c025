using PyWharf.Domain;
using PyWharf.Infrastructure.State;

namespace PyWharf.Unit.Infrastructure.State;

public sealed class ServerRootTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-root-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("upstream/pages/foo.json", false)]
    [InlineData("storage/foo/foo-1.0.tar.gz", true)]
    [InlineData("assets/digest", true)]
    public void What_is_kept_of_an_upstream_index_are_no_packages(string file, bool isPackage)
    {
        Assert.True(RepositoryName.TryParse("team", out var name, out _));
        var root = new ServerRoot(_folder);
        Assert.False(root.HasPackages(name));
        var path = root.At("cache", "team", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        File.WriteAllText(path, "");

        Assert.Equal(isPackage, root.HasPackages(name));
    }
}
