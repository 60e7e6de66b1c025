using PyWharf.Integration.Auth;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>The headers with which pages and what belongs to them are sent.</summary>
[Collection(TokenServer.Name)]
public sealed class PageHeadersTests(TokenServer server) : IAsyncLifetime, IDisposable
{
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly Browser _browser = new(server.Server);
    private readonly HttpClient _reader = server.Server.Client("team", TokenServer.ReadSecret);

    public async Task InitializeAsync()
    {
        using var writer = server.Server.Client("team", TokenServer.WriteSecret);
        (await writer.UploadAsync(Wheels.Build("paged", "1.0"))).With(200);
        (await _browser.LogInAsync("team", TokenServer.ReadSecret)).With(303);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _browser.Dispose();
        _reader.Dispose();
    }

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/team/", 200)]
    [InlineData("/team/?q=paged", 200)]
    [InlineData("/team/project/paged/", 200)]
    [InlineData("/team/project/paged/1.0/", 200)]
    [InlineData("/team/project/paged/9.9/", 404)]
    [InlineData("/team/project/no-such-project/", 404)]
    [InlineData("/team/project/_/", 404)]
    [InlineData("/no/such/page/at/all/", 404)]
    [InlineData("/static/none.css", 404)]
    [InlineData("/login/", 200)]
    [InlineData("/logout/", 200)]
    public async Task A_page_can_run_nothing_be_framed_by_nobody_and_is_shared_by_no_cache(string path, int status)
    {
        var answer = (await _browser.VisitAsync(path)).With(status);
        var page = answer.Page();

        AssertSafe(answer);
        Assert.Equal(status == 200 ? "private, no-cache" : "no-store", answer["Cache-Control"]);
        Assert.All(page.QuerySelectorAll("script"), script => Assert.Equal("", script.TextContent));
        Assert.Empty(page.QuerySelectorAll("style, base, iframe, object, embed, [style]"));
        Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_login_and_a_method_that_a_page_does_not_have_are_such_pages_too()
    {
        AssertSafe((await _browser.LogInAsync("team", "wrong")).With(401));
        AssertSafe((await _browser.SubmitAsync(new Dictionary<string, string>())).With(400));
        var refused = (await _reader.AskAsync(HttpMethod.Delete, "/login/", ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"))).With(405);
        AssertSafe(refused);
        Assert.Contains("GET", refused["Allow"], StringComparison.Ordinal);
        Assert.StartsWith("text/plain", (await _reader.AskAsync(HttpMethod.Delete, "/login/")).With(405)["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_for_installers_keeps_its_own_policy()
    {
        var answer = (await _browser.VisitAsync("/team/simple/paged/")).With(200);

        Assert.Equal("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", answer["Content-Security-Policy"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal("same-origin", answer["Referrer-Policy"]);
    }

    [Fact]
    public async Task HEAD_has_the_headers_and_no_more()
    {
        foreach (var path in (string[])["/", "/team/", "/team/project/paged/", "/login/"])
        {
            var page = (await _reader.AskAsync(path, ("Accept", "text/html"))).With(200);
            var head = (await _reader.AskAsync(HttpMethod.Head, path, ("Accept", "text/html"))).With(200);

            Assert.Empty(head.Bytes);
            Assert.Equal(page["Content-Length"], head["Content-Length"]);
            Assert.Equal(page["Content-Security-Policy"], head["Content-Security-Policy"]);
        }
    }

    [Fact]
    public async Task Style_script_and_icon_are_kept_for_good_and_other_names_of_them_not_at_all()
    {
        var page = (await _browser.VisitAsync("/team/")).With(200).Page();
        var files = page.QuerySelectorAll("link[rel=stylesheet], link[rel=icon]").Select(link => link.GetAttribute("href") ?? "")
            .Append(page.QuerySelector("script")?.GetAttribute("src") ?? "").ToList();

        Assert.Equal(3, files.Count);
        foreach (var file in files)
        {
            var asset = (await _reader.AskAsync(file)).With(200);
            Assert.Equal("public, max-age=31536000, immutable", asset["Cache-Control"]);
            Assert.Equal("nosniff", asset["X-Content-Type-Options"]);
            Assert.Null(asset["Set-Cookie"]);

            var parts = file.Split('.');
            var old = (await _reader.AskAsync($"{parts[0]}.{new string('0', parts[1].Length)}.{parts[2]}")).With(404);
            Assert.Equal("no-store", old["Cache-Control"]);
        }
    }

    private static void AssertSafe(Answer answer)
    {
        Assert.Equal("text/html; charset=utf-8", answer["Content-Type"]);
        Assert.Equal(Policy, answer["Content-Security-Policy"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal("same-origin", answer["Referrer-Policy"]);
        Assert.Equal("same-origin", answer["Cross-Origin-Opener-Policy"]);
        Assert.Equal("Authorization, Cookie, Accept", answer["Vary"]);
    }
}
