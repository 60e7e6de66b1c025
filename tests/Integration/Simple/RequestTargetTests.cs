using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

/// <summary>Targets that no client library sends, as they are written.</summary>
[Collection(ServerFixture.Name)]
public sealed class RequestTargetTests(ServerFixture server) : IClassFixture<SampleProject>
{
    private static readonly string Authorization =
        $"Authorization: {PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.ReadSecret)}";

    public static TheoryData<string> Hostile { get; } = new(
    [
        "/simple/../simple/my-pkg/",
        "/simple/my-pkg/../../../../../etc/passwd",
        "/simple/%2e%2e/%2E%2e/etc/passwd",
        "/simple/my-pkg/%2e%2e%2f%2e%2e%2fconfig.toml",
        "/simple/my-pkg/..%5c..%5cconfig.toml",
        "/simple/my-pkg/..\\..\\config.toml",
        "/simple/my-pkg%2Fmy_pkg-1.0.tar.gz",
        "/simple/./my-pkg/",
        "/simple/my-pkg/my_pkg-1.0.tar.gz%00.whl",
        "/simple/my-pkg/%00",
        "/simple/%252e%252e/",
        "/simple/%/",
        "/simple/%zz/",
        "/simple/%c0%ae%c0%ae/",
        "/simple/%ff%fe/",
        "/simple/my-pkg/%0d%0aX-Injected:%20yes",
        "/simple/my-pkg?a=\u001b[31m",
        "/simple/my-pkg?a=\u007f",
        "/simple/my-pkg/%1b%5b31m",
        "/simple/" + new string('a', 7900) + "/",
        "/simple/my-pkg/" + new string('a', 7900),
        "/" + string.Concat(Enumerable.Repeat("a/", 3900)),
        "/" + string.Concat(Enumerable.Repeat("../", 2600)) + "etc/passwd",
        "/local/../local/simple/",
        "/..%2flocal/simple/",
    ]);

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_path_is_refused(string target)
    {
        var answer = await GetAsync(target);

        Assert.True(answer.Status is 400 or 404, $"{answer.Head}{answer.Body}");
        Assert.DoesNotContain("X-Injected", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("root:", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_is_too_long_is_414_and_the_server_goes_on()
    {
        Assert.Equal(414, (await GetAsync("/simple/" + new string('a', 9000))).Status);
        Assert.Equal(200, (await GetAsync(SampleProject.Page)).Status);
    }

    [Fact]
    public async Task A_target_that_is_plain_is_answered_also_in_its_absolute_form()
    {
        Assert.Equal(200, (await GetAsync("http://localhost/simple/my-pkg/")).Status);
        Assert.Equal(200, (await GetAsync("/simple/my-pkg/?next=../..%2f")).Status);
    }

    [Theory]
    [InlineData("/simple/<script>alert(1)</script>/")]
    [InlineData("/simple/%3Cscript%3Ealert(1)%3C%2Fscript%3E/")]
    [InlineData("/simple/%3Cimg%20src=x%20onerror=alert(1)%3E/")]
    [InlineData("/simple/my-pkg/%3Cscript%3Ealert(1)%3C.whl")]
    [InlineData("/%3Cscript%3E/simple/")]
    [InlineData("/%22onmouseover=alert(1)/")]
    public async Task Markup_in_a_path_never_becomes_a_page(string target)
    {
        var answer = await GetAsync(target);

        Assert.True(answer.Status is 400 or 404, $"{answer.Head}{answer.Body}");
        Assert.DoesNotContain("text/html", answer.Head, StringComparison.Ordinal);
        Assert.True(answer.Body.Length == 0 || answer.Head.Contains("X-Content-Type-Options: nosniff", StringComparison.Ordinal), answer.Head);
    }

    [Fact]
    public async Task Markup_in_a_user_name_never_becomes_a_page()
    {
        var answer = await RawHttp.SendAsync(server.Server.BaseAddress, RawHttp.Request(
            "GET", "/simple/", [$"Authorization: {PyWharfProcess.Basic("<script>alert(1)</script>", "x")}", "Accept: text/html"]));

        Assert.Equal(401, answer.Status);
        Assert.Contains("Content-Type: text/plain", answer.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", answer.Head + answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_request_are_400()
    {
        foreach (var bytes in new[] { "GET\r\n\r\n"u8.ToArray(), "GET /simple/ HTTP/9.9\r\n\r\n"u8.ToArray(), Encoding.ASCII.GetBytes("GET /simple/ HTTP/1.1\r\nno colon\r\n\r\n") })
        {
            Assert.InRange((await RawHttp.SendAsync(server.Server.BaseAddress, bytes)).Status, 400, 505);
        }
    }

    private Task<RawAnswer> GetAsync(string target) =>
        RawHttp.SendAsync(server.Server.BaseAddress, RawHttp.Request("GET", target, [Authorization, "Accept: text/html"]));
}
