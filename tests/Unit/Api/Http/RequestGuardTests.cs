using PyWharf.Api.Http;

namespace PyWharf.Unit.Api.Http;

public sealed class RequestGuardTests
{
    [Theory]
    [InlineData("/simple/demo/demo-1.0%2Blocal-py3-none-any.whl")]
    [InlineData("/simple/demo/demo-1.0+local-py3-none-any.whl")]
    [InlineData("/simple/demo/demo-1!1.0.tar.gz")]
    [InlineData("/simple/?format=a/../b%2f")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/simple/a..b/")]
    public void An_ordinary_target_is_let_through(string target)
    {
        Assert.True(RequestGuard.IsPlain(target));
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
    [InlineData("/..")]
    [InlineData("/simple/%2e")]
    public void A_target_that_is_another_one_once_decoded_is_refused(string target)
    {
        Assert.False(RequestGuard.IsPlain(target));
    }
}
