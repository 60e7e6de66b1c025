using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Commands;
using PyWharf.Support;

namespace PyWharf.Unit.Infrastructure.GitHub.Commands;

public sealed class IndexWorkflowTests
{
    [Theory]
    [InlineData(false, "main.yml")]
    [InlineData(true, "main-with-pages.yml")]
    public void It_is_the_approved_one(bool hasPages, string approved) => Snapshot.Match(Render(hasPages), approved);

    [Fact]
    public void It_is_known_again() => Assert.True(IndexWorkflow.IsOurs(Encoding.UTF8.GetBytes(Render(hasPages: false))));

    [Theory]
    [InlineData("uses: docker://pywharf/pywharf:0.2.3\nwith:\n  args: update_index --type github", true)]
    [InlineData("uses: docker://privatepypi/private-pypi:0.2.0\nwith:\n  args: update_index --type github", true)]
    [InlineData("run: pip install pywharf", false)]
    [InlineData("run: make update_index", false)]
    [InlineData("", false)]
    [InlineData("\0\xff", false)]
    public void So_is_that_of_the_original(string workflow, bool isOurs) =>
        Assert.Equal(isOurs, IndexWorkflow.IsOurs(Encoding.Latin1.GetBytes(workflow)));

    private static string Render(bool hasPages)
    {
        Assert.True(RepositoryName.TryParse("team", out var name, out _));

        return IndexWorkflow.Render(new PackageRepositoryPlan { Name = name, Repo = "packages", Image = "example.com/pywharf:1.0", HasPages = hasPages }, "main");
    }
}
