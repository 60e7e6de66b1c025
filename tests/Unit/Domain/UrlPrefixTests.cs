using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class UrlPrefixTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("/", "", "")]
    [InlineData("/pypi", "/pypi", "pypi")]
    [InlineData("pypi/", "/pypi", "pypi")]
    [InlineData("/a/b.c/~d_-/", "/a/b.c/~d_-", "a")]
    public void A_prefix_has_one_form(string text, string form, string firstSegment)
    {
        Assert.True(UrlPrefix.TryParse(text, out var prefix));
        Assert.Equal((form, firstSegment), (prefix.ToString(), prefix.FirstSegment));
    }

    [Theory]
    [InlineData("/a//b")]
    [InlineData("/a/../b")]
    [InlineData("/./a")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/a;Domain=evil.example")]
    [InlineData("/a b")]
    [InlineData("/a\r\nb")]
    [InlineData("/a\n")]
    [InlineData("/ä")]
    [InlineData("/<script>")]
    [InlineData("/a%2fb")]
    [InlineData("/a\\b")]
    public void Anything_else_is_no_prefix(string text) => Assert.False(UrlPrefix.TryParse(text, out _));
}
