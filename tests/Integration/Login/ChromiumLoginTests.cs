using PyWharf.Integration.Support;

namespace PyWharf.Integration.Login;

/// <summary>The login as a person sees it, in a real browser.</summary>
[Collection(ServerFixture.Name)]
public sealed class ChromiumLoginTests(ServerFixture running) : IDisposable
{
    private readonly TempFolder _profile = new();

    [FactWhen(Needs.Chromium)]
    public async Task A_person_logs_in_reads_the_index_and_logs_out()
    {
        using var writer = running.Writer();
        (await writer.UploadAsync(Wheels.Build("seen-in-chromium", "1.0"))).With(200);
        await using var browser = await Chromium.StartAsync(_profile.Path);

        await browser.VisitAsync(At("simple/seen-in-chromium/"));
        Assert.Equal("/login/", await browser.EvaluateAsync("location.pathname"));
        Assert.Equal("repository", await browser.EvaluateAsync("document.activeElement.id"));

        await browser.TypeAsync("#repository", ServerFixture.Repository);
        await browser.TypeAsync("#secret", "wrong");
        await browser.ClickAsync("button");
        await browser.WaitForAsync("document.querySelector('[role=alert]').textContent.includes('not one of its secrets')");
        Assert.Equal(ServerFixture.Repository, await browser.EvaluateAsync("document.querySelector('#repository').value"));

        await browser.TypeAsync("#secret", ServerFixture.ReadSecret);
        await browser.ClickAsync("button");
        await browser.WaitForAsync("location.pathname === '/simple/seen-in-chromium/'");
        Assert.Equal("seen_in_chromium-1.0-py3-none-any.whl", await browser.EvaluateAsync("document.querySelector('a').textContent"));
        Assert.Equal("", await browser.EvaluateAsync("document.cookie"));

        await browser.VisitAsync(At("logout/"));
        await browser.ClickAsync("button");
        await browser.WaitForAsync("location.pathname === '/login/'");
        await browser.VisitAsync(At("simple/"));
        Assert.Equal("/login/", await browser.EvaluateAsync("location.pathname"));
    }

    [FactWhen(Needs.Chromium)]
    public async Task The_page_is_labelled_needs_no_script_and_fits_a_phone()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);

        await browser.VisitAsync(At("login/"));

        Assert.Equal("2", await browser.EvaluateAsync("document.querySelectorAll('input:not([type=hidden])').length"));
        Assert.Equal("true", await browser.EvaluateAsync("[...document.querySelectorAll('input:not([type=hidden])')].every(i => i.labels.length === 1)"));
        Assert.Equal("0", await browser.EvaluateAsync("document.scripts.length"));
        Assert.Equal("1", await browser.EvaluateAsync("performance.getEntriesByType('navigation').length"));
        Assert.Equal("true", await browser.EvaluateAsync("performance.getEntriesByType('resource').every(r => r.name.startsWith(location.origin + '/static/'))"));
        Assert.Equal("en", await browser.EvaluateAsync("document.documentElement.lang"));
        Assert.Equal("true", await browser.EvaluateAsync("document.documentElement.scrollWidth <= window.innerWidth"));
    }

    public void Dispose() => _profile.Dispose();

    private Uri At(string path) => new(running.Server.BaseAddress, path);
}
