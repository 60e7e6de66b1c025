using PyWharf.Integration.Support;

namespace PyWharf.Integration.Login;

/// <summary>The pages of login and logout in a real browser, however it shows them.</summary>
[Collection(ServerFixture.Name)]
public sealed class LoginPagesTests(ServerFixture running) : IDisposable
{
    private readonly TempFolder _profile = new();

    [FactWhen(Needs.Chromium, Needs.Axe)]
    public async Task They_are_accessible_and_fit_in_each_appearance()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        var inspection = new PageInspection(browser);

        await browser.VisitAsync(At("login/"));
        await inspection.LookAsync("login");
        await LogInAsync(browser, "wrong");
        await inspection.LookAsync("login-refused");
        await LogInAsync(browser, ServerFixture.ReadSecret);
        await browser.VisitAsync(At("logout/"));
        await inspection.LookAsync("logout");

        inspection.AssertNothingFound();
    }

    [FactWhen(Needs.Chromium)]
    public async Task They_work_by_keyboard_and_without_scripts()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        await browser.DisableScriptsAsync();

        await browser.VisitAsync(At("login/?next=/simple/"));
        await browser.PressAsync("l");
        await browser.TypeAsync("#repository", ServerFixture.Repository[1..]);
        await browser.PressAsync(Chromium.Tab);
        Assert.Equal("secret", await browser.EvaluateAsync("document.activeElement.id"));
        await browser.TypeAsync("#secret", ServerFixture.ReadSecret);
        await browser.PressAsync(Chromium.Enter);
        await browser.WaitForAsync("location.pathname === '/simple/'");

        await browser.VisitAsync(At("logout/"));
        await browser.FollowAsync("main form button");
        Assert.Equal("/login/", await browser.EvaluateAsync("location.pathname"));
    }

    public void Dispose() => _profile.Dispose();

    private static async Task LogInAsync(Chromium browser, string secret)
    {
        await browser.FillAsync("#repository", ServerFixture.Repository);
        await browser.TypeAsync("#secret", secret);
        await browser.FollowAsync("main form button");
    }

    private Uri At(string path) => new(running.Server.BaseAddress, path);
}
