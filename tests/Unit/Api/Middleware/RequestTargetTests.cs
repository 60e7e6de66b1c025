using PyWharf.Api.Middleware;

namespace PyWharf.Unit.Api.Middleware;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/simple/demo/demo-1.0%2Blocal-py3-none-any.whl")]
    [InlineData("/simple/demo/demo-1.0+local-py3-none-any.whl")]
    [InlineData("/simple/demo/demo-1!1.0.tar.gz")]
    [InlineData("/simple/?format=a/../b%2f")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/simple/a..b/")]
    [InlineData("/simple/%c3%a9/?q=%00%0d%0a")]
    public void An_ordinary_target_is_let_through(string target)
    {
        Assert.True(RequestTarget.IsValid(target));
    }

    [Theory]
    [InlineData("/simple/../etc/passwd")]
    [InlineData("/simple/%2e%2e/etc")]
    [InlineData("/simple/.%2E/etc")]
    [InlineData("/simple/./x")]
    [InlineData("/simple/a%2fb")]
    [InlineData("/simple/a%2Fb")]
    [InlineData("/simple/a%5cb")]
    [InlineData("/simple/a\\b")]
    [InlineData("/simple/a%00b")]
    [InlineData("/simple/a%0d%0ab")]
    [InlineData("/simple/a%1bb")]
    [InlineData("/simple/a%7fb")]
    [InlineData("/simple/a%c2%85b")]
    [InlineData("/simple/a\tb")]
    [InlineData("/simple/?a=\u0001")]
    [InlineData("/simple/?a=\u007f")]
    [InlineData("/simple/?a=\u00e9")]
    [InlineData("/..")]
    [InlineData("/simple/%2e")]
    public void A_target_that_is_another_one_once_decoded_is_refused(string target)
    {
        Assert.False(RequestTarget.IsValid(target));
    }
}
