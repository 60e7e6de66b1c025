using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>What pages do better with scripts, and that nothing is missing without them.</summary>
public sealed class PageScriptTests(BrowsedServer server) : IClassFixture<BrowsedServer>, IDisposable
{
    private const string Project = $"team/project/{SampleProjects.Busy}/";

    private readonly TempFolder _profile = new();

    [FactWhen(Needs.Chromium)]
    public async Task A_slash_leads_to_the_search_box_and_a_button_copies_what_it_stands_by()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        await browser.AllowClipboardAsync();
        await browser.LogInAsync(server, "team", BrowsedServer.ReadSecret);

        await browser.PressAsync("/");
        await browser.PressAsync("b");
        Assert.Equal("b", await browser.EvaluateAsync("document.querySelector('input[type=search]').value"));

        await browser.VisitAsync(server.At(Project));
        await browser.ClickAsync("#install ~ .copy .copy-button");
        await browser.WaitForAsync("document.querySelector('#install ~ .copy .copy-button').textContent.startsWith('Copied')");
        Assert.Equal(await browser.TextAsync("#install ~ .copy code"), (await browser.RunScriptAsync("return navigator.clipboard.readText();")).GetString());
    }

    [FactWhen(Needs.Chromium)]
    public async Task Without_scripts_there_are_no_buttons_that_do_nothing()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        await browser.DisableScriptsAsync();
        await browser.LogInAsync(server, "team", BrowsedServer.ReadSecret);

        await browser.VisitAsync(server.At(Project));

        Assert.Equal("0", await browser.EvaluateAsync("[...document.querySelectorAll('button')].filter(button => button.checkVisibility()).length"));
    }

    public void Dispose() => _profile.Dispose();
}
