using FsCheck;
using FsCheck.Fluent;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>Requests with nonsense in every place that anything reads, through a proxy that is trusted: none makes a 500, or an answer with a header of the sender's.</summary>
[Collection(ServerFixture.Name)]
public sealed class HostileHeaderTests(ProxiedServers proxied) : IClassFixture<ProxiedServers>
{
    private static readonly int Tries = Requirement.IsSoak ? 20_000 : 500;

    private static readonly string Authorization = $"Authorization: {PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.ReadSecret)}";

    // A redirect, pages in several forms and with several ways to say no, a form, JSON.
    private static readonly string[] Paths = ["/simple/none?a=b", "/simple/", "/login/?next=/simple/", "/api/projects/none", "/simple//none/"];

    private static readonly string[] Headers =
    [
        "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Port", "Forwarded", "Accept", "Accept-Encoding", "Range", "If-Range",
        "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "Cookie", "Authorization", "User-Agent", "Origin", "Referer", "Sec-Fetch-Mode", "Sec-Fetch-Site",
        "Content-Type", "Expect", "X-CSRF-Token", "Accept-Language", "Connection", "Upgrade", "TE", "Via",
    ];

    /// <summary>Written as Latin-1: what is above 0x7F goes over the wire as it stands.</summary>
    private static readonly string[] Values =
    [
        "", " ", ",", ",,;;==", "\"", "\"\\", "a\tb", "//evil.example", "/a?b#c", "/a;Domain=evil.example", "/<script>alert(1)</script>", "/%0d%0aX-Injected:%20yes", "/%e2%80%ae", "/a%00b",
        "/..", "/a/../b", "/%2e%2e/x", "pypi", "/", "///", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "javascript", "ht tp", "http,https,x", "/a, /b, c", "unknown", "_hidden",
        "[::1", "[::1]:99999", "1.2.3.4:x", "256.256.256.256", "evil.example:99999999999", "a@b", "xn--\u00e9", "xn--a-ecp.ru", "\u00c3\u00a9\u00ff", "/\u00c3\u00a9", "\u00ed\u00a0\u0080", "\u00c0\u00ae", "%", "%zz",
        "Basic", "Basic ", "Basic ====", "Basic AA==", "Basic AAAA", "Basic OgAA", "Basic /////w==", "Bearer", "Bearer \u00ff", "Digest x=\"", "bytes=", "bytes=-", "bytes=9-1", "bytes=0-0,1-1,2-2",
        "bytes=99999999999999999999-", "bytes=-99999999999999999999", "lines=1-2", "*", "*/*;q=", "text/html;q=1e9", "application/vnd.pypi.simple.v1+json;q=-1", "gzip;q=NaN", "Thu, 99 Foo 0000 25:61:61 GMT",
        "W/\"", "pywharf_session=", "pywharf_session=\"; pywharf_login=\u00ff; =; ==;", "navigate", "100-continue, x", "multipart/form-data; boundary=", "text/html; charset=utf-7", "null",
        new('a', 7000), string.Concat(Enumerable.Repeat("a/b;q=0.1,", 700)), "/" + string.Concat(Enumerable.Repeat("a/", 3000)),
    ];

    private static readonly string[] Targets =
    [
        "/simple/none?\u0001", "/simple/none?a=\u001b[31m", "/simple/none?\u007f", "/simple/none?a=\u00e9", "/simple/none?%00%0d%0a", "/simple/none?%", "/simple/none?=&&&===", "/simple/none?a=%ff%fe%ed%a0%80",
        "/simple/?format=", "/simple/?format=%00", "/simple/?format=a&format=b&format=c", "/simple/?format=application/vnd.pypi.simple.v1+json&format=text/html", "/simple/?format=%ed%a0%80",
        "/search?q=%00", "/search?q=%1b%5b2J", "/search?q=%ed%a0%80&limit=%00", "/search?q=a&limit=99999999999999999999", "/search?limit=-1&offset=", "/search?q=" + new string('a', 7000), "/login/?next=%0d%0aX-Injected:%20yes",
        "/login/?next=//evil.example", "/login/?next=%ed%a0%80", "/simple/%1b%5b31m/", "/simple/%0a/", "/simple/a%7fb/", "/simple/%ed%a0%80/", "/simple/%f4%90%80%80/", "/%e2%80%a8/simple/", "/pypi/%00/json", "/pypi/a/%1b/json",
        "/api/projects/%0a", "/simple/none/%e2%80%ae.whl", "/simple/" + new string('a', 4000) + "/", "/simple/a/" + new string('%', 300), "*", "", "?", "#", "http://", "http://[::1", "/simple/none#a", "//", "/////////simple",
    ];

    public static TheoryData<string> Named => new(Headers);

    [Theory]
    [MemberData(nameof(Named))]
    public async Task No_value_of_a_header_breaks_the_server(string header)
    {
        string[] others = header == "Authorization" ? [] : [Authorization];
        foreach (var value in Values)
        {
            await Task.WhenAll(Paths.Select(path => AssertAnswersAsync(RawHttp.Request("GET", path, [.. others, $"{header}: {value}"]))));
        }
    }

    [Fact]
    public async Task No_target_breaks_the_server()
    {
        foreach (var target in Targets)
        {
            foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND" })
            {
                await AssertAnswersAsync(RawHttp.Request(method, target, [Authorization, "X-Forwarded-Prefix: /pypi", "Sec-Fetch-Mode: navigate", "Accept: text/html"]));
                await AssertAnswersAsync(RawHttp.Request(method, target, ["Sec-Fetch-Mode: navigate", "Accept: text/html"]));
            }
        }
    }

    [Fact]
    public void No_change_of_a_request_breaks_the_server()
    {
        var sound = RawHttp.Request("GET", "/pypi/simple/none?format=text/html&a=%41", [
            Authorization, "X-Forwarded-Prefix: /pypi", "X-Forwarded-Proto: https", "X-Forwarded-Host: pub.example", "X-Forwarded-For: 198.51.100.1", "Accept: text/html, */*;q=0.1",
            "Accept-Encoding: gzip", "If-None-Match: \"a\"", "Range: bytes=0-1", "Cookie: pywharf_session=abc"]);

        Prop.ForAll(
            Mutation.Some(sound.Length).ToArbitrary(),
            mutations => IsAnswered(RawHttp.SendAsync(proxied.Trusting.BaseAddress, mutations.Aggregate(sound, (bytes, mutation) => mutation.Apply(bytes)), halfClose: true).GetAwaiter().GetResult()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Tries));

        Assert.DoesNotContain(" fail: ", proxied.Trusting.Log, StringComparison.Ordinal);
    }

    private async Task AssertAnswersAsync(byte[] request)
    {
        var answer = await RawHttp.SendAsync(proxied.Trusting.BaseAddress, request);
        var asked = System.Text.Encoding.Latin1.GetString(request);

        Assert.True(answer.Status > 0 && IsAnswered(answer), $"{asked}\n{answer.Head}{answer.Body}");
        Assert.DoesNotContain("X-Injected:", answer.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Location: //", answer.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("Location: javascript", answer.Head, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>With what is not asked for (501 and 505 are of HTTP itself), or with nothing where the request was not whole.</summary>
    private static bool IsAnswered(RawAnswer answer) => answer.Status is < 500 or 501 or 505;
}
