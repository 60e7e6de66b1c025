using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class RepositoryNameTests
{
    [Theory]
    [InlineData("local", "local")]
    [InlineData("PyWharf-Pkg_Repo.2", "pywharf-pkg_repo.2")]
    [InlineData("a", "a")]
    [InlineData("7", "7")]
    [InlineData("simple2", "simple2")]
    [InlineData("my-api", "my-api")]
    public void A_name_is_kept_in_lower_case(string text, string expected)
    {
        Assert.True(RepositoryName.TryParse(text, out var name, out var problem));

        Assert.Equal(expected, name.ToString());
        Assert.Null(problem);
    }

    [Fact]
    public void Case_does_not_matter()
    {
        Assert.True(RepositoryName.TryParse("Team-A", out var name, out _));
        Assert.True(RepositoryName.TryParse("tEAM-a", out var other, out _));
        Assert.True(RepositoryName.TryParse("team_a", out var third, out _));

        Assert.True(name == other);
        Assert.Equal(name.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(name, third);
    }

    [Theory]
    [InlineData("simple", "server")]
    [InlineData("SIMPLE", "server")]
    [InlineData("legacy", "server")]
    [InlineData("login", "server")]
    [InlineData("logout", "server")]
    [InlineData("api", "server")]
    [InlineData("health", "server")]
    [InlineData("healthz", "server")]
    [InlineData("initialize", "server")]
    [InlineData("index_mtime", "server")]
    [InlineData("pypi", "server")]
    [InlineData("search", "server")]
    [InlineData("openapi.json", "server")]
    [InlineData("integrity", "server")]
    [InlineData("metrics", "server")]
    [InlineData("static", "server")]
    [InlineData("local_file", "server")]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("_", "begins and ends")]
    [InlineData("-a", "begins and ends")]
    [InlineData("a.", "begins and ends")]
    [InlineData("..", "begins and ends")]
    [InlineData("a/b", "consists of")]
    [InlineData("a b", "consists of")]
    [InlineData("a\n", "consists of")]
    [InlineData("a\0b", "consists of")]
    [InlineData("a:b", "consists of")]
    [InlineData("\u212A", "consists of")]
    [InlineData("r\u00e9po", "consists of")]
    public void A_refused_name_has_a_sentence_that_says_why(string? text, string reason)
    {
        Assert.False(RepositoryName.TryParse(text, out var name, out var problem));

        Assert.Null(name);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_has_at_most_100_characters()
    {
        Assert.True(RepositoryName.TryParse(new string('a', 100), out _, out _));
        Assert.False(RepositoryName.TryParse(new string('a', 101), out _, out var problem));
        Assert.Contains("101", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_is_refused_without_an_exception() =>
        HostileText.NeverThrows(text => RepositoryName.TryParse(text, out _, out _));
}
