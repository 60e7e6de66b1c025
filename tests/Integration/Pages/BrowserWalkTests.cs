using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>What people come for, in a real browser, with scripts and without.</summary>
public sealed class BrowserWalkTests(BrowsedServer server) : IClassFixture<BrowsedServer>, IDisposable
{
    private readonly TempFolder _profile = new();

    // Each test changes a project of its own.
    private readonly string _project = $"walked-{Guid.NewGuid():N}";

    [TheoryWhen(Needs.Chromium)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_logs_in_searches_mends_a_release_and_logs_out(bool scripts)
    {
        await PublishAsync("1.0", "2.0");
        await using var browser = await StartAsync(scripts);

        // A link of a colleague, and back to it after the login.
        await browser.VisitAsync(server.At("team/"));
        Assert.Equal("/login/", await browser.EvaluateAsync("location.pathname"));
        Assert.Equal("team", await browser.EvaluateAsync("document.querySelector('#repository').value"));
        await browser.TypeAsync("#secret", server.AdminToken);
        await browser.FollowAsync("main form button");
        Assert.Equal("/team/", await browser.EvaluateAsync("location.pathname"));

        await browser.TypeAsync("#q", _project);
        await browser.FollowAsync(".search button");
        await browser.FollowAsync($"main a[href='/team/project/{_project}/']");
        Assert.Equal($"{_project} 2.0", await browser.TextAsync("h1"));

        await browser.FollowAsync(".versions a[href$='/1.0/yank/']");
        await browser.TypeAsync("#reason", "Wrong by a cent");
        await browser.FollowAsync("main form button");
        Assert.Contains("yanked", await browser.TextAsync(".notice"), StringComparison.Ordinal);
        Assert.Contains("Wrong by a cent", await browser.TextAsync(".banner"), StringComparison.Ordinal);

        await browser.FollowAsync(".versions a[href$='/1.0/unyank/']");
        await browser.FollowAsync("main form button");
        Assert.Equal("0", await browser.EvaluateAsync("document.querySelectorAll('.banner').length"));

        await browser.FollowAsync(".versions a[href$='/1.0/delete/']");
        await browser.TypeAsync("#confirm", "something else");
        await browser.FollowAsync("main form button");
        Assert.Contains("Nothing was deleted", await browser.TextAsync(".problem"), StringComparison.Ordinal);
        await browser.FillAsync("#confirm", _project);
        await browser.FollowAsync("main form button");
        Assert.Contains("deleted", await browser.TextAsync(".notice"), StringComparison.Ordinal);
        Assert.Equal("2.0", await browser.EvaluateAsync("[...document.querySelectorAll('.versions > li > a')].map(a => a.textContent).join()"));

        // Told once.
        await browser.VisitAsync(server.At($"team/project/{_project}/"));
        Assert.Equal("0", await browser.EvaluateAsync("document.querySelectorAll('.notice').length"));

        await browser.VisitAsync(server.At($"team/project/{_project}/status/"));
        await browser.SelectAsync("#status", "deprecated");
        await browser.FollowAsync("main form button");
        Assert.Contains("deprecated", await browser.TextAsync(".banner"), StringComparison.Ordinal);

        await browser.FollowAsync("a[href='/logout/']");
        await browser.FollowAsync("main form button");
        await browser.VisitAsync(server.At($"team/project/{_project}/"));
        Assert.Equal("/login/", await browser.EvaluateAsync("location.pathname"));
        Assert.Empty(await UnexpectedAsync(browser));
    }

    [TheoryWhen(Needs.Chromium)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_admin_makes_a_token_that_opens_what_it_says_until_it_is_revoked(bool scripts)
    {
        await PublishAsync("1.0");
        await using var browser = await StartAsync(scripts);
        await browser.LogInAsync(server, "team", server.AdminToken);

        await browser.FollowAsync("a[href='/team/tokens/']");
        await browser.TypeAsync("#name", _project);
        await browser.SelectAsync("#permission", "write");
        await browser.TypeAsync("#projects", _project);
        await browser.FollowAsync("main form button");
        var token = await browser.TextAsync("#copy ~ .copy code");

        await browser.LogInAsync(server, "", token, "team");
        Assert.Contains(_project, await browser.TextAsync(".visitor"), StringComparison.Ordinal);
        Assert.Equal(_project, await browser.EvaluateAsync("[...document.querySelectorAll('#projects ~ .rows > li > a')].map(a => a.textContent).join()"));

        await browser.LogInAsync(server, "team", server.AdminToken);
        await browser.VisitAsync(server.At("team/tokens/"));
        await browser.FollowAsync($"a[href='/team/tokens/{_project}/revoke/']");
        await browser.FollowAsync("main form button");
        Assert.Contains(_project, await browser.TextAsync(".notice"), StringComparison.Ordinal);
        await browser.VisitAsync(server.At($"team/audit/"));
        Assert.Contains($"the token {_project}", await browser.TextAsync("main"), StringComparison.Ordinal);

        Assert.Empty(await browser.ConsoleAsync());
        using var revoked = server.Server.Client("__token__", token);
        (await revoked.AskAsync("/team/simple/")).With(401);
    }

    [FactWhen(Needs.Chromium)]
    public async Task A_person_with_a_keyboard_skips_the_navigation()
    {
        await using var browser = await StartAsync(scripts: false);
        await browser.LogInAsync(server, "team", BrowsedServer.ReadSecret);

        await browser.PressAsync(Chromium.Tab);
        Assert.Equal("#content", await browser.EvaluateAsync("document.activeElement.getAttribute('href')"));
        await browser.PressAsync(Chromium.Enter);
        await browser.PressAsync(Chromium.Tab);

        Assert.Equal("q", await browser.EvaluateAsync("document.activeElement.id"));
    }

    public void Dispose() => _profile.Dispose();

    /// <summary>What is on the console but for the refusal that the test provokes.</summary>
    private static async Task<IEnumerable<string>> UnexpectedAsync(Chromium browser) =>
        (await browser.ConsoleAsync()).Where(message => !message.Contains("/1.0/delete/ - Failed to load resource: the server responded with a status of 400 ", StringComparison.Ordinal));

    private async Task<Chromium> StartAsync(bool scripts)
    {
        var browser = await Chromium.StartAsync(_profile.Path);
        if (!scripts)
        {
            await browser.DisableScriptsAsync();
        }

        return browser;
    }

    private async Task PublishAsync(params string[] versions)
    {
        using var writer = server.Server.Client("team", BrowsedServer.WriteSecret);
        await writer.PublishAsync(versions.Select(version => Wheels.Build(_project, version)));
    }
}
