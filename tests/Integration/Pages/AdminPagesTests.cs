using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>The pages of tokens and of the audit log in a real browser.</summary>
public sealed class AdminPagesTests(TokenPageTests.Fixture running) : IClassFixture<TokenPageTests.Fixture>, IDisposable
{
    private readonly TempFolder _profile = new();

    public void Dispose() => _profile.Dispose();

    [FactWhen(Needs.Chromium, Needs.Axe)]
    public async Task They_are_accessible_and_fit_in_each_appearance()
    {
        await running.Server.Client("local", "wr1te").PublishAsync(Wheels.Build("demo-with-a-long-name", "1.0"));
        await using var browser = await Chromium.StartAsync(_profile.Path);
        var inspection = new PageInspection(browser);
        await LogInAsync(browser);

        await browser.VisitAsync(At("local/tokens/"));
        await browser.TypeAsync("#name", "configured");
        await browser.FollowAsync("main form button");
        await inspection.LookAsync("tokens-refused");
        await browser.VisitAsync(At("local/tokens/"));
        await MakeAsync(browser, "ci-billing");
        await inspection.LookAsync("token-created");
        await browser.VisitAsync(At("local/tokens/"));
        await inspection.LookAsync("tokens");
        await browser.VisitAsync(At("local/tokens/ci-billing/revoke/"));
        await inspection.LookAsync("token-revoke");
        await browser.VisitAsync(At("local/audit/"));
        await inspection.LookAsync("audit");

        inspection.AssertNothingFound();
    }

    [FactWhen(Needs.Chromium)]
    public async Task They_work_without_scripts()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        await browser.DisableScriptsAsync();
        await LogInAsync(browser);

        await browser.VisitAsync(At("local/tokens/"));
        await MakeAsync(browser, "no-script");
        Assert.Matches("^pyw_[0-9A-Za-z]{38}$", await browser.TextAsync("pre code"));
        await browser.FollowAsync("main p a"); // all tokens
        await browser.FollowAsync("a[href='/local/tokens/no-script/revoke/']");
        await browser.FollowAsync("main form button");
        Assert.Equal("The token no-script is revoked.", await browser.TextAsync("[role=status]"));

        await browser.VisitAsync(At("local/audit/"));
        await browser.SelectAsync("#event", "token_revoked");
        await browser.FollowAsync("main form button");
        Assert.Contains("the token no-script", await browser.TextAsync("tbody"), StringComparison.Ordinal);
    }

    private static async Task MakeAsync(Chromium browser, string name)
    {
        await browser.TypeAsync("#name", name);
        await browser.SelectAsync("#permission", "write");
        await browser.TypeAsync("#projects", "billing, billing-*");
        await browser.TypeAsync("#networks", "10.0.0.0/8");
        await browser.FollowAsync("main form button");
    }

    private async Task LogInAsync(Chromium browser)
    {
        await browser.VisitAsync(At("login/"));
        await browser.TypeAsync("#repository", "local");
        await browser.TypeAsync("#secret", "wr1te");
        await browser.FollowAsync("main form button");
    }

    private Uri At(string path) => new(running.Server.BaseAddress, path);
}
