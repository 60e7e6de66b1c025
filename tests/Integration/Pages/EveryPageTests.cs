using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Every page in a real browser, in each appearance; those of tokens and of the audit log are in <see cref="AdminPagesTests"/>.</summary>
public sealed class EveryPageTests(BrowsedServer server) : IClassFixture<BrowsedServer>, IDisposable
{
    private readonly TempFolder _profile = new();

    [FactWhen(Needs.Chromium, Needs.Axe)]
    public async Task Each_is_accessible_fits_and_leaves_the_console_alone()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        var inspection = new PageInspection(browser);
        async Task LookAsync(string name, string path)
        {
            await browser.VisitAsync(server.At(path));
            await inspection.LookAsync(name);
        }

        await LookAsync("home-before-login", "");
        await LookAsync("login", "login/");
        await LookAsync("repository-open", "open/");

        await browser.LogInAsync(server, "team", server.AdminToken);
        await LookAsync("home", "");
        await LookAsync("repository", "team/");
        await LookAsync("search", "team/?q=billing");
        await LookAsync("search-without-result", "team/?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        await LookAsync("project", $"team/project/{SampleProjects.Busy}/");
        Assert.Equal("1.5", await browser.EvaluateAsync("[...document.querySelectorAll('.versions > li')].filter(row => row.textContent.includes('yanked')).map(row => row.querySelector('a').textContent).join()"));
        await LookAsync("version-yanked", $"team/project/{SampleProjects.Busy}/1.5/");
        await LookAsync("version-pre-release", $"team/project/{SampleProjects.Busy}/2.1.0rc1/");
        await LookAsync("project-hostile", $"team/project/{SampleProjects.Hostile}/");
        Assert.StartsWith("hostile ", await browser.EvaluateAsync("document.title"), StringComparison.Ordinal);
        await LookAsync("project-long", $"team/project/{SampleProjects.Long}/");
        await LookAsync("project-deprecated", $"team/project/{SampleProjects.Deprecated}/");
        await LookAsync("project-quarantined", $"team/project/{SampleProjects.Quarantined}/");
        await LookAsync("explain", $"team/project/{SampleProjects.Busy}/explain/");
        await LookAsync("explain-long", $"team/project/{SampleProjects.Long}/explain/");
        await LookAsync("yank", $"team/project/{SampleProjects.Busy}/2.0.0/yank/");
        await LookAsync("unyank", $"team/project/{SampleProjects.Busy}/1.5/unyank/");
        await LookAsync("delete", $"team/project/{SampleProjects.Busy}/2.0.0/delete/");
        await LookAsync("delete-long", $"team/project/{SampleProjects.Long}/2026.11.27.1+local.build.of.somebody/delete/");
        await LookAsync("status", $"team/project/{SampleProjects.Busy}/status/");
        await LookAsync("error-404", "team/project/no-such-project/");
        await LookAsync("logout", "logout/");

        await browser.LogInAsync(server, "empty", BrowsedServer.ReadSecret);
        await LookAsync("repository-empty", "empty/");

        await LookAsync("error-403", "empty/project/any/status/");

        inspection.AssertNothingFound();
    }

    [FactWhen(Needs.Chromium, Needs.Axe)]
    public async Task Errors_are_pages_too()
    {
        using var root = new TempFolder();
        using var troubled = await PyWharfProcess.StartAsync(root.Path, ServerFixture.Config, "--login_failures=1");
        using (var writer = troubled.Client(ServerFixture.Repository, ServerFixture.WriteSecret))
        {
            await writer.PublishAsync(Wheels.Build("demo", "1.0"));
        }

        await using var browser = await Chromium.StartAsync(_profile.Path);
        var inspection = new PageInspection(browser);
        async Task LogInAsync(string secret)
        {
            await browser.VisitAsync(new Uri(troubled.BaseAddress, "login/?next=/local/project/demo/1.0/yank/"));
            await browser.FillAsync("#repository", ServerFixture.Repository);
            await browser.TypeAsync("#secret", secret);
            await browser.FollowAsync("main form button");
        }

        await LogInAsync(ServerFixture.WriteSecret);
        await browser.ForgetCookiesAsync();
        await browser.FollowAsync("main form button");
        await inspection.LookAsync("error-session-over");

        await LogInAsync(ServerFixture.WriteSecret);
        Directory.Move(root.At("cache", "local", "storage"), root.At("cache", "local", "away"));
        await browser.FollowAsync("main form button");
        await inspection.LookAsync("error-503");

        await browser.ForgetCookiesAsync();
        await LogInAsync("wrong");
        await browser.ConsoleAsync(); // tells of the 401
        await LogInAsync("wrong");
        await inspection.LookAsync("error-429");

        inspection.AssertNothingFound();
    }

    public void Dispose() => _profile.Dispose();
}
