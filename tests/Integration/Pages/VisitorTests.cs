using PyWharf.Integration.Auth;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Who sees which repositories and projects on the pages.</summary>
[Collection(TokenServer.Name)]
public sealed class VisitorTests(TokenServer server) : IAsyncLifetime, IDisposable
{
    private readonly Browser _browser = new(server.Server);

    public async Task InitializeAsync()
    {
        using var writer = server.Server.Client("team", TokenServer.WriteSecret);
        foreach (var wheel in new[] { Wheels.Build("billing", "1.0"), Wheels.Build("secret-plans", "1.0") })
        {
            (await writer.UploadAsync(wheel)).With(200);
        }

        (await writer.UploadAsync(ClientForm.LikeTwine(Wheels.Build("billing-needs", "1.0")).With("requires_dist", "secret-plans>=1.0", "billing"))).With(200);
        using var strict = server.Server.Client("strict", TokenServer.WriteSecret);
        (await strict.UploadAsync(Wheels.Build("open-to-all", "1.0"))).With(200);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _browser.Dispose();

    [Fact]
    public async Task Before_login_only_what_everybody_may_read_is_there()
    {
        var home = (await _browser.VisitAsync("/")).With(200);

        Assert.Contains("/strict/", home.Page().MainLinks());
        Assert.DoesNotContain("team", home.Text, StringComparison.Ordinal);
        (await _browser.VisitAsync("/strict/")).With(200);
        (await _browser.VisitAsync("/strict/project/open-to-all/")).With(200);
    }

    [Fact]
    public async Task Who_is_logged_in_elsewhere_reads_an_open_repository_as_everybody_does()
    {
        (await _browser.LogInAsync("team", TokenServer.WriteSecret)).With(303);

        Assert.Equal(["/strict/", "/team/"], (await _browser.VisitAsync("/")).With(200).Page().MainLinks().Order(StringComparer.Ordinal));
        var project = (await _browser.VisitAsync("/strict/project/open-to-all/")).With(200);

        Assert.DoesNotContain(project.Page().MainLinks(), link => link.Contains("/yank/", StringComparison.Ordinal));
        (await _browser.VisitAsync("/strict/tokens/")).With(303);
    }

    [Fact]
    public async Task A_browser_that_does_not_say_how_it_fetches_is_a_browser()
    {
        // As Chromium asks where there is no TLS, other than on localhost.
        using var client = server.Server.Client();
        var page = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

        Assert.Contains("/login/?next=", (await client.AskAsync("/team/", page, ("Upgrade-Insecure-Requests", "1"))).With(303)["Location"], StringComparison.Ordinal);
        Assert.Contains("<h1>Not found</h1>", (await client.AskAsync("/a/b/c/d", page, ("Upgrade-Insecure-Requests", "1"))).With(404).Text, StringComparison.Ordinal);
        Assert.Contains("Basic", (await client.AskAsync("/team/", page, ("Upgrade-Insecure-Requests", "1"), ("Sec-Fetch-Mode", "cors"))).With(401)["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/team/")]
    [InlineData("/team/project/billing/")]
    [InlineData("/team/project/no-such-project/")]
    [InlineData("/no-such-repository/")]
    [InlineData("/no-such-repository/project/billing/")]
    public async Task A_private_repository_is_not_told_from_one_that_is_missing(string path)
    {
        foreach (var isLoggedIn in (bool[])[false, true])
        {
            if (isLoggedIn)
            {
                (await _browser.LogInAsync("strict", TokenServer.ReadSecret + "x")).With(401);
            }

            var answer = (await _browser.VisitAsync(path)).With(303);
            Assert.Equal($"/login/?next={Uri.EscapeDataString(path)}", new Uri(answer["Location"] ?? "").PathAndQuery);
            Assert.Empty(answer.Text);
        }

        using var installer = server.Server.Client();
        Assert.StartsWith("Basic ", (await installer.AskAsync(path)).With(401)["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.StartsWith("text/plain", (await installer.AskAsync(path)).With(401)["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_of_one_repository_opens_no_other()
    {
        (await _browser.LogInAsync("strict", server.Text("strict-admin"))).With(303);

        Assert.Equal(["/strict/"], (await _browser.VisitAsync("/")).With(200).Page().MainLinks());
        Assert.NotEqual(200, (await _browser.VisitAsync("/team/")).Status);
        Assert.NotEqual(200, (await _browser.VisitAsync("/team/project/billing/")).Status);
    }

    [Fact]
    public async Task A_token_for_some_projects_finds_no_trace_of_the_others()
    {
        (await _browser.LogInAsync("team", server.Text("billing"))).With(303);
        var list = (await _browser.VisitAsync("/team/")).With(200);
        var search = (await _browser.VisitAsync("/team/?q=secret-plans")).With(200).Page();
        var needing = (await _browser.VisitAsync("/team/project/billing-needs/")).With(200).Page();

        Assert.Contains("/team/project/billing/", list.Page().MainLinks());
        Assert.DoesNotContain("secret-plans", list.Text, StringComparison.Ordinal);
        Assert.StartsWith("0 results", search.GetElementById("projects")?.TextContent, StringComparison.Ordinal);
        (await _browser.VisitAsync("/team/project/secret-plans/")).With(404);
        (await _browser.VisitAsync("/team/project/secret-plans/1.0/")).With(404);
        Assert.Contains("/team/project/billing/", needing.MainLinks());
        Assert.DoesNotContain("/team/project/secret-plans/", needing.MainLinks());

        // Who reads all has seen the same page, with the link.
        (await _browser.LogInAsync("team", TokenServer.ReadSecret)).With(303);
        Assert.Contains("/team/project/secret-plans/", (await _browser.VisitAsync("/team/project/billing-needs/")).With(200).Page().MainLinks());
        (await _browser.LogInAsync("team", server.Text("billing"))).With(303);
        Assert.DoesNotContain("/team/project/secret-plans/", (await _browser.VisitAsync("/team/project/billing-needs/")).With(200).Page().MainLinks());
    }
}
