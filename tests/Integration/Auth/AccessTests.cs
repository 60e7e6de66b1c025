using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

[Collection(ServerFixture.Name)]
public sealed class AccessTests(ServerFixture server) : IDisposable
{
    private readonly HttpClient _nobody = server.Server.Client();

    public static TheoryData<string> BadHeaders { get; } = new(
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic " + Base64("no-colon-at-all"),
        "Basic " + Base64(":"),
        "Basic " + Base64("local:"),
        "Basic " + Base64("local:wrong"),
        "Basic " + Base64("local:r3ad "),
        "Basic " + Base64("local:R3AD"),
        "Basic " + Base64("local:r3ad\0"),
        "Basic " + Base64("local:r3a"),
        "Basic " + Base64("local :r3ad"),
        "Basic " + Base64("nobody:r3ad"),
        "Basic " + Base64("../local:r3ad"),
        "Basic " + Convert.ToBase64String([0xFF, 0xFE, (byte)':', 0xC0]),
        "Basic " + Base64("local:r3ad") + ", Basic " + Base64("local:r3ad"),
        "Basic " + new string('A', 20_000),
        "Bearer",
        "Bearer wrong",
        "Digest username=\"local\"",
        "local:r3ad",
        "r3ad",
    ]);

    public static TheoryData<string> GoodHeaders { get; } = new(
    [
        "Basic " + Base64($"local:{ServerFixture.ReadSecret}"),
        "basic " + Base64($"local:{ServerFixture.ReadSecret}"),
        "Basic " + Base64($"LOCAL:{ServerFixture.ReadSecret}"),
        "Basic " + Base64($"local:{ServerFixture.WriteSecret}"), // has colons, and may read
        "Basic " + Base64($"__token__:{ServerFixture.ReadSecret}"),
        "Basic " + Base64($":{ServerFixture.ReadSecret}"),
        $"Bearer {ServerFixture.ReadSecret}",
        $"bearer {ServerFixture.WriteSecret}",
    ]);

    public void Dispose() => _nobody.Dispose();

    [Theory]
    [MemberData(nameof(GoodHeaders))]
    public async Task A_secret_opens_the_index_however_a_client_sends_it(string authorization)
    {
        (await _nobody.AskAsync("/simple/", ("Authorization", authorization))).With(200);
    }

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task Anything_else_is_401_and_is_asked_for_a_password(string authorization)
    {
        foreach (var path in (string[])["/simple/", "/simple/anything/", "/simple/a/a-1.0.tar.gz", "/index_mtime/"])
        {
            var answer = await RawHttp.SendAsync(
                server.Server.BaseAddress,
                RawHttp.Request("GET", path, [$"Authorization: {authorization}", $"Accept: {Requests.Json}, text/html;q=0.01"]));

            Assert.True(answer.Status == 401, $"{path}: {answer.Head}");
            Assert.Contains("WWW-Authenticate: Basic realm=\"pywharf\", charset=\"UTF-8\"\r\n", answer.Head, StringComparison.Ordinal);
            Assert.Contains("Cache-Control: no-store\r\n", answer.Head, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_secret_is_401_too_and_says_nothing_of_what_exists()
    {
        var known = (await _nobody.AskAsync("/simple/")).With(401);
        var unknown = (await _nobody.AskAsync("/nobody/simple/")).With(401);
        using var stranger = server.Server.Client("nobody", "x");
        using var wrong = server.Server.Client(ServerFixture.Repository, "x");

        Assert.Equal(known.Text, unknown.Text);
        Assert.Equal((await stranger.AskAsync("/simple/")).With(401).Text, (await wrong.AskAsync("/simple/")).With(401).Text);
    }

    [Fact]
    public async Task A_read_secret_that_writes_is_403()
    {
        using var reader = server.Reader();
        var before = server.StoredFiles();

        var answer = (await reader.UploadAsync(Wheels.Build("forbidden", "1.0"))).With(403);

        Assert.Contains("write secret", answer.Reason, StringComparison.Ordinal);
        Assert.Equal(before, server.StoredFiles());
    }

    [Fact]
    public async Task An_upload_without_a_good_secret_is_401_and_stores_nothing()
    {
        using var wrong = server.Server.Client(ServerFixture.Repository, "wrong");
        var before = server.StoredFiles();

        foreach (var client in new[] { _nobody, wrong })
        {
            var answer = (await client.UploadAsync(Wheels.Build("unauthorized", "1.0"))).With(401);

            Assert.StartsWith("Basic realm=", answer["WWW-Authenticate"], StringComparison.Ordinal);
        }

        Assert.Equal(before, server.StoredFiles());
    }

    [Theory]
    [InlineData("pip/24.0 {\"implementation\":{\"name\":\"CPython\"}}")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0")]
    [InlineData("")]
    public async Task The_user_agent_decides_nothing(string userAgent)
    {
        var good = ("Authorization", $"Basic {Base64($"local:{ServerFixture.ReadSecret}")}");

        (await _nobody.AskAsync("/simple/", good, ("User-Agent", userAgent), ("Accept", "text/html"))).With(200);
        (await _nobody.AskAsync("/simple/", ("User-Agent", userAgent), ("Accept", "text/html"))).With(401);
    }

    [Theory]
    [InlineData("*/*", null)]
    [InlineData(Requests.Json, "navigate")]
    [InlineData("application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01", "navigate")]
    [InlineData("text/html", null)]
    [InlineData("text/html", "cors")]
    public async Task An_installer_never_meets_a_login_page(string accept, string? fetchMode)
    {
        var answer = await _nobody.AskAsync(
            "/simple/some-project/", [("Accept", accept), .. fetchMode is null ? Array.Empty<(string, string)>() : [("Sec-Fetch-Mode", fetchMode)]]);

        answer.With(401);
        Assert.Null(answer["Location"]);
    }

    [Fact]
    public async Task Who_asks_for_json_is_told_in_json()
    {
        var answer = (await _nobody.AskAsync("/simple/", ("Accept", "application/json"))).With(401);

        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Equal("Unauthenticated", answer.Json.GetProperty("code").GetString());
        Assert.Equal(answer.Reason, answer.Json.GetProperty("message").GetString());
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
