using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class GitBlobTests
{
    // As "git hash-object" says.
    [Fact]
    public void Content_has_the_name_that_git_gives_it()
    {
        Assert.Equal("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", GitBlob.ShaOf([]));
        Assert.Equal("ce013625030ba8dba906f756967f9e9ca394464a", GitBlob.ShaOf("hello\n"u8));
    }
}
