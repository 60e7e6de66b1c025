using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Login;

[Collection(ServerFixture.Name)]
public sealed class LoginTests(ServerFixture server) : IDisposable
{
    private readonly Browser _browser = new(server.Server);

    public void Dispose() => _browser.Dispose();

    [Fact]
    public async Task A_person_who_follows_a_link_is_led_to_the_login_page_and_back()
    {
        var asked = (await _browser.VisitAsync("/simple/?format=text/html")).With(303);
        var page = (await _browser.VisitAsync(asked["Location"] ?? "")).With(200);
        var back = (await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret, next: "/simple/?format=text/html")).With(303);

        Assert.Equal($"/login/?next={Uri.EscapeDataString("/simple/?format=text/html")}", asked["Location"]);
        Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
        Assert.Equal("private, no-cache", page["Cache-Control"]);
        Assert.Contains("default-src 'none'", page["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal("/simple/?format=text/html", back["Location"]);
        (await _browser.VisitAsync("/simple/")).With(200);
        (await _browser.VisitAsync("/local/simple/")).With(200);
    }

    [Fact]
    public async Task A_session_that_is_over_leads_to_the_login_page_too()
    {
        using var client = server.Server.Client();

        var answer = await client.AskAsync("/simple/", ("Accept", "text/html"), ("Cookie", $"{Browser.SessionCookie}={new string('0', 64)}"));

        Assert.Equal("/login/?next=%2Fsimple%2F", answer.With(303)["Location"]);
    }

    [Theory]
    [InlineData(ServerFixture.Repository, "wrong")]
    [InlineData(ServerFixture.Repository, "")]
    [InlineData("", ServerFixture.ReadSecret)]
    [InlineData("nobody", ServerFixture.ReadSecret)]
    [InlineData("../local", ServerFixture.ReadSecret)]
    public async Task A_wrong_secret_gives_no_session(string repository, string secret)
    {
        var answer = (await _browser.LogInAsync(repository, secret)).With(401);

        Assert.Null(_browser.Session);
        Assert.Contains("role=\"alert\"", answer.Text, StringComparison.Ordinal);
        // Basic would make the browser ask for a password in a window of its own.
        Assert.DoesNotContain("Basic", answer["WWW-Authenticate"], StringComparison.Ordinal);
        (await _browser.VisitAsync("/simple/")).With(303);
    }

    [Fact]
    public async Task A_token_needs_no_name()
    {
        using var admin = server.Writer();
        var made = (await Answer.ReadAsync(await admin.PostAsJsonAsync("/local/api/tokens", new { name = "logs-in-alone" }))).With(201);

        var answer = (await _browser.LogInAsync("", made.Json.GetProperty("token").GetString() ?? "")).With(303);

        Assert.Equal($"/{ServerFixture.Repository}/", answer["Location"]);
        (await _browser.VisitAsync($"/{ServerFixture.Repository}/")).With(200);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("http:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\r\n/evil.example")]
    [InlineData("\t//evil.example")]
    [InlineData(" //evil.example")]
    [InlineData("/simple/\r\nSet-Cookie: a=b")]
    [InlineData("/caf\u00e9")]
    [InlineData("")]
    public async Task Nobody_is_led_to_another_site(string next)
    {
        var answer = (await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret, next)).With(303);

        Assert.Equal($"/{ServerFixture.Repository}/", answer["Location"]);
    }

    [Theory]
    [InlineData("/%0d%0aSet-Cookie:%20a=b")]
    [InlineData("/%09/evil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/simple/my-pkg/?x=1#sha256=00")]
    public async Task What_is_encoded_stays_so_and_stays_here(string next)
    {
        var answer = (await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret, next)).With(303);

        Assert.Equal(next, answer["Location"]);
        Assert.Equal(server.Server.BaseAddress.Authority, new Uri(server.Server.BaseAddress, answer["Location"]).Authority);
    }

    [Fact]
    public async Task A_login_that_another_site_submits_is_refused()
    {
        var form = new Dictionary<string, string> { ["pkg_repo_name"] = ServerFixture.Repository, ["pkg_repo_secret_raw"] = ServerFixture.ReadSecret };

        (await _browser.SubmitAsync(form)).With(400);
        await _browser.VisitAsync("/login/");
        (await _browser.SubmitAsync(form)).With(400);
        (await _browser.SubmitAsync(new Dictionary<string, string>(form) { ["csrf_token"] = new string('0', 64) })).With(400);

        Assert.Null(_browser.Session);
    }

    [Fact]
    public async Task What_was_typed_is_shown_again_as_text()
    {
        const string Markup = "\"><script>alert(1)</script>";

        var answer = (await _browser.LogInAsync(Markup, "wrong", next: $"/{Markup}")).With(401);
        var page = (await _browser.VisitAsync($"/login/?next={Uri.EscapeDataString(Markup)}")).With(200);

        Assert.DoesNotContain("<script>", answer.Text + page.Text, StringComparison.Ordinal);
        Assert.Contains("&quot;&gt;&lt;script&gt;", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "x")]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"next\"\r\n\r\ncut")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("application/x-www-form-urlencoded", "%=%zz&&&=")]
    [InlineData("application/x-www-form-urlencoded", "a=%FF")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", "a=b")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16", "a=b")]
    [InlineData("application/x-www-form-urlencoded; charset=none-such", "a=b")]
    [InlineData("multipart/form-data; boundary=b; charset=utf-7", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"=?utf-7?B?YQ==?=\"\r\n\r\nx\r\n--b--\r\n")]
    public async Task A_login_that_is_no_form_is_400(string contentType, string body)
    {
        using var client = server.Server.Client();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        (await Answer.ReadAsync(await client.PostAsync("/login/", content))).With(400);
    }

    [Fact]
    public async Task A_login_may_come_in_parts_too()
    {
        var fields = Browser.FieldsOf((await _browser.VisitAsync("/login/")).With(200));
        var parts = ClientForm.Fields(
            ("csrf_token", fields["csrf_token"]), ("pkg_repo_name", ServerFixture.Repository), ("pkg_repo_secret_raw", ServerFixture.ReadSecret));

        (await _browser.SubmitAsync(ClientForm.Of(parts))).With(303);
        Assert.NotNull(_browser.Session);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=b")]
    public async Task A_login_is_small_however_it_is_sent(string type)
    {
        var body = Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\n" + new string('x', 3_000_000));

        foreach (var framing in (string[])[$"Content-Length: {body.Length}", "Transfer-Encoding: chunked"])
        {
            var sent = framing[0] == 'T' ? [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8] : body;
            var answer = await RawHttp.SendAsync(server.Server.BaseAddress, RawHttp.Request("POST", "/login/", [$"Content-Type: {type}", framing], sent));

            Assert.True(answer.Status == 413, answer.Head);
        }
    }

    [Fact]
    public async Task A_login_that_is_too_large_is_refused_before_it_comes()
    {
        // Nothing of the body is sent, and the connection stays: the answer does not wait for either.
        using var client = new TcpClient();
        await client.ConnectAsync(server.Server.BaseAddress.Host, server.Server.BaseAddress.Port);
        await client.GetStream().WriteAsync(
            RawHttp.Request("POST", "/login/", ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 4000000"]));

        var line = new byte["HTTP/1.1 413".Length];
        await client.GetStream().ReadExactlyAsync(line);

        Assert.Equal("HTTP/1.1 413", Encoding.ASCII.GetString(line));
    }
}
