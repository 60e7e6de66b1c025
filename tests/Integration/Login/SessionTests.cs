using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Login;

[Collection(ServerFixture.Name)]
public sealed class SessionTests(ServerFixture server) : IDisposable
{
    private readonly Browser _browser = new(server.Server);
    private readonly HttpClient _nobody = server.Server.Client();

    public void Dispose()
    {
        _browser.Dispose();
        _nobody.Dispose();
    }

    [Fact]
    public async Task A_session_is_a_random_number_that_says_nothing_of_the_secret()
    {
        var cookie = (await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.WriteSecret)).With(303)["Set-Cookie"];
        var first = _browser.Session;
        await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.WriteSecret);

        Assert.Matches("^[0-9a-f]{64}\\z", first);
        Assert.NotEqual(first, _browser.Session);
        Assert.DoesNotContain(ServerFixture.WriteSecret, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(ServerFixture.WriteSecret)).TrimEnd('='), cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_cookie_is_not_for_scripts_nor_for_other_sites()
    {
        var cookie = (await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).With(303)["Set-Cookie"] ?? "";
        var session = cookie[cookie.IndexOf(Browser.SessionCookie, StringComparison.Ordinal)..].ToLowerInvariant();

        Assert.Contains("; httponly", session, StringComparison.Ordinal);
        Assert.Contains("; samesite=lax", session, StringComparison.Ordinal);
        Assert.Contains("; path=/", session, StringComparison.Ordinal);
        // In the clear it could not be sent back otherwise; ProxyTests see it behind TLS.
        Assert.DoesNotContain("secure", session, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_opens_pages_and_files_and_the_authorization_header_goes_before_it()
    {
        await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret);
        var cookie = ("Cookie", $"{Browser.SessionCookie}={_browser.Session}");

        (await _nobody.AskAsync("/simple/", cookie)).With(200);
        (await _nobody.AskAsync("/index_mtime/", cookie)).With(200);
        (await _nobody.AskAsync("/simple/", cookie, ("Authorization", "Bearer wrong"))).With(401);
    }

    [Fact]
    public async Task Logging_out_ends_it_for_whoever_kept_the_cookie()
    {
        await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret);
        var kept = ("Cookie", $"{Browser.SessionCookie}={_browser.Session}");
        (await _nobody.AskAsync("/simple/", kept)).With(200);

        var answer = (await _browser.LogOutAsync()).With(303);

        Assert.Equal("/login/", answer["Location"]);
        Assert.Null(_browser.Session);
        (await _nobody.AskAsync("/simple/", kept)).With(401);
        (await _browser.VisitAsync("/simple/")).With(303);
    }

    [Fact]
    public async Task A_link_does_not_log_out_and_a_form_only_with_the_token_of_its_page()
    {
        await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret);
        var kept = ("Cookie", $"{Browser.SessionCookie}={_browser.Session}");

        var page = (await _browser.VisitAsync("/logout/")).With(200);
        (await _nobody.AskAsync(HttpMethod.Head, "/logout/", kept)).With(200);
        (await _nobody.AskAsync("/logout/", kept, ("X-HTTP-Method-Override", "POST"))).With(200);
        foreach (var forged in (string[])["", "x", new string('0', 64), _browser.Session ?? ""])
        {
            (await _browser.SubmitAsync(new Dictionary<string, string> { ["csrf_token"] = forged }, "/logout/")).With(403);
        }

        (await _nobody.AskAsync(HttpMethod.Post, "/logout/", kept)).With(400); // no form at all
        (await _nobody.AskAsync(HttpMethod.Post, "/logout/", kept, ("Authorization", "Basic eDp5"), ("X-CSRF-Token", "x"))).With(400);
        Assert.Equal("private, no-cache", page["Cache-Control"]);
        Assert.DoesNotContain("script", page.Text, StringComparison.OrdinalIgnoreCase);
        (await _nobody.AskAsync("/simple/", kept)).With(200);

        (await _nobody.AskAsync(HttpMethod.Post, "/logout/", kept, ("X-CSRF-Token", Browser.FieldsOf(page)["csrf_token"]))).With(303);
        (await _nobody.AskAsync("/simple/", kept)).With(401);
    }

    [Fact]
    public async Task Who_has_no_session_is_led_to_the_login_page()
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post])
        {
            Assert.Equal("/login/", (await _nobody.AskAsync(method, "/logout/")).With(303)["Location"]);
            Assert.Equal("/login/", (await _nobody.AskAsync(method, "/logout/", ("Cookie", $"{Browser.SessionCookie}={new string('0', 64)}"))).With(303)["Location"]);
        }
    }

    [Fact]
    public async Task Another_site_changes_nothing_with_what_the_browser_keeps_for_us()
    {
        await _browser.LogInAsync(ServerFixture.Repository, ServerFixture.WriteSecret);
        var kept = ("Cookie", $"{Browser.SessionCookie}={_browser.Session}");
        var token = Browser.FieldsOf((await _browser.VisitAsync("/logout/")).With(200))["csrf_token"];
        var before = server.StoredFiles();

        foreach (var mark in new (string, string)[] { ("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site") })
        {
            // The browser sends along a password that was typed into its own window.
            using var request = new HttpRequestMessage(HttpMethod.Post, "/simple/") { Content = ClientForm.LikeTwine(Wheels.Build("foreign", "1.0")).ToContent() };
            request.Headers.Authorization = PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.WriteSecret);
            request.Headers.Add(mark.Item1, mark.Item2);
            (await Answer.ReadAsync(await _nobody.SendAsync(request))).With(403);

            (await _nobody.AskAsync(HttpMethod.Post, "/logout/", kept, mark, ("X-CSRF-Token", token))).With(403);
            (await _nobody.AskAsync(HttpMethod.Post, "/login/", mark)).With(403);
            (await _nobody.AskAsync(HttpMethod.Put, "/api/projects/foreign/status", kept, mark, ("X-CSRF-Token", token))).With(403);
        }

        Assert.Equal(before, server.StoredFiles());
        (await _nobody.AskAsync("/simple/", kept, ("Sec-Fetch-Site", "cross-site"))).With(200);
    }

    [Theory]
    [InlineData(ServerFixture.WriteSecret)]
    [InlineData(ServerFixture.ReadSecret)]
    public async Task It_uploads_nothing_by_its_cookie_alone(string secret)
    {
        await _browser.LogInAsync(ServerFixture.Repository, secret);
        var before = server.StoredFiles();
        var form = ClientForm.LikeTwine(Wheels.Build("forged", "1.0"));

        foreach (var forged in new[] { form, form.With("csrf_token", ""), form.With("csrf_token", new string('0', 64)), form.With("csrf_token", _browser.Session ?? "") })
        {
            (await _browser.UploadAsync(forged)).With(403);
        }

        Assert.Equal(before, server.StoredFiles());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("../../x")]
    public async Task A_made_up_cookie_opens_nothing(string value)
    {
        (await _nobody.AskAsync("/simple/", ("Cookie", $"{Browser.SessionCookie}={value}"))).With(401);
    }
}
