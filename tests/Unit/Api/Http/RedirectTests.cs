using PyWharf.Api.Http;

namespace PyWharf.Unit.Api.Http;

public sealed class RedirectTests
{
    [Theory]
    [InlineData("/simple/")]
    [InlineData("/pypi/team/simple/demo/?a=b")]
    [InlineData("/")]
    public void A_path_of_this_server_is_local(string target)
    {
        Assert.True(Redirect.IsLocalPath(target));
    }

    [Theory]
    [InlineData("")]
    [InlineData("simple/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("\\\\evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example/")]
    [InlineData("/\n/evil.example/")]
    [InlineData("/simple/\r\nSet-Cookie: a=b")]
    [InlineData("/simple/\u2028")]
    [InlineData(" //evil.example/")]
    public void Anything_else_is_not(string target)
    {
        Assert.False(Redirect.IsLocalPath(target));
    }
}
