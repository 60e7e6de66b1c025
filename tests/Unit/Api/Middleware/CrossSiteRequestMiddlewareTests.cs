using Microsoft.AspNetCore.Http;
using PyWharf.Api.Middleware;

namespace PyWharf.Unit.Api.Middleware;

public sealed class CrossSiteRequestMiddlewareTests
{
    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")] // a neighbour below the same domain is another site's page too
    [InlineData("")]
    [InlineData("SAME-ORIGIN")]
    [InlineData("same-origin,cross-site")]
    [InlineData("nonsense")]
    public async Task A_change_that_a_browser_says_comes_from_elsewhere_is_refused(string site)
    {
        foreach (var method in (string[])["POST", "PUT", "DELETE", "PATCH", "post", "QUERY"])
        {
            Assert.Equal(403, await AskAsync(method, "h", ("Sec-Fetch-Site", site)));
            Assert.Equal(403, await AskAsync(method, "h", ("Sec-Fetch-Site", site), ("Origin", "http://h")));
            Assert.Equal(403, await AskAsync(method, "h", ("Sec-Fetch-Site", site), ("Authorization", "Basic eDp5")));
        }
    }

    [Theory]
    [InlineData("same-origin")]
    [InlineData("none")] // typed, or from a bookmark
    public async Task A_change_from_a_page_of_ours_is_let_through_whatever_a_proxy_made_of_the_host(string site)
    {
        Assert.Equal(200, await AskAsync("POST", "127.0.0.1:8888", ("Sec-Fetch-Site", site), ("Origin", "https://pypi.example")));
    }

    [Theory]
    [InlineData("http://pypi.example", "pypi.example", 200)]
    [InlineData("https://pypi.example", "pypi.example", 200)] // TLS may end before us
    [InlineData("https://pypi.example", "pypi.example:443", 200)]
    [InlineData("http://pypi.example", "pypi.example:80", 200)]
    [InlineData("http://pypi.example:80", "PYPI.example", 200)]
    [InlineData("http://pypi.example:8888", "pypi.example:8888", 200)]
    [InlineData("http://[::1]:8888", "[::1]:8888", 200)]
    [InlineData("http://evil.example", "pypi.example", 403)]
    [InlineData("http://pypi.example:8080", "pypi.example:8888", 403)]
    [InlineData("http://pypi.example:8080", "pypi.example", 403)]
    [InlineData("http://pypi.example", "pypi.example:8888", 403)]
    [InlineData("http://evil.pypi.example", "pypi.example", 403)]
    [InlineData("http://pypi.example.evil.example", "pypi.example", 403)]
    [InlineData("http://pypi.example@evil.example", "pypi.example", 403)]
    [InlineData("null", "pypi.example", 403)]
    [InlineData("null", "null", 403)]
    [InlineData("", "pypi.example", 403)]
    [InlineData("file:///etc/passwd", "pypi.example", 403)]
    [InlineData("http://pypi.example,http://evil.example", "pypi.example", 403)]
    public async Task Without_that_header_the_origin_must_be_the_host_that_was_asked(string origin, string host, int status)
    {
        Assert.Equal(status, await AskAsync("POST", host, ("Origin", origin)));
    }

    [Fact]
    public async Task Who_reads_and_who_is_no_browser_is_let_through()
    {
        foreach (var method in (string[])["GET", "HEAD", "OPTIONS", "TRACE"])
        {
            Assert.Equal(200, await AskAsync(method, "h", ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")));
        }

        Assert.Equal(200, await AskAsync("POST", "h"));
        Assert.Equal(200, await AskAsync("POST", "h", ("Referer", "https://evil.example/"), ("User-Agent", "Mozilla/5.0")));
    }

    private static async Task<int> AskAsync(string method, string host, params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        http.Request.Host = new HostString(host);
        foreach (var (name, value) in headers)
        {
            http.Request.Headers[name] = value;
        }

        await new CrossSiteRequestMiddleware(_ => Task.CompletedTask).InvokeAsync(http);

        return http.Response.StatusCode;
    }
}
