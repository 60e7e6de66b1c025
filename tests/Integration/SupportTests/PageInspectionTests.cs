using System.Text;
using PyWharf.Integration.Support;
using Xunit.Sdk;

namespace PyWharf.Integration.SupportTests;

public sealed class PageInspectionTests : IDisposable
{
    private const string Page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta http-equiv="Content-Security-Policy" content="img-src 'none'">
          <title>A page</title>
          <style>@media (prefers-color-scheme: dark) { p { color: #ddd; } }</style>
        </head>
        <body>
          <main>
            <h1>A page</h1>
            <p>Some text</p>
            EXTRA
          </main>
        </body>
        </html>
        """;

    private readonly TempFolder _profile = new();

    [FactWhen(Needs.Chromium, Needs.Axe)]
    public async Task It_names_what_is_wrong_with_a_page_and_in_which_appearance()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        await VisitAsync(browser, """
            <div style="width: 700px" id="wide">wide</div>
            <input>
            <a href="/1" style="display: inline-block; height: 5px">1</a><a href="/2" style="display: inline-block; height: 5px">2</a>
            <img src="http://127.0.0.1/x.png" alt="x">
            <script>console.error("told on the console");</script>
            """);

        var inspection = new PageInspection(browser);
        await inspection.LookAsync("bad-page");
        var told = Assert.ThrowsAny<XunitException>(inspection.AssertNothingFound).Message;

        Assert.Contains("told on the console", told, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1/x.png' violates the following Content Security Policy", told, StringComparison.Ordinal);
        Assert.Contains("bad-page (phone, phone-dark): 708 pixels wide: <div style=\"width: 700px\" id=\"wide\">", told, StringComparison.Ordinal);
        Assert.Contains("bad-page (dark, phone-dark): serious color-contrast at p:", told, StringComparison.Ordinal);
        Assert.Contains("bad-page (light, dark, phone, phone-dark, print): critical label at input:", told, StringComparison.Ordinal);
        Assert.Contains("bad-page (light, dark, phone, phone-dark, print): serious target-size at a", told, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Chromium)]
    public async Task Scripts_of_a_page_do_not_run_once_they_are_disabled()
    {
        await using var browser = await Chromium.StartAsync(_profile.Path);
        const string Script = "<script>document.querySelector('p').textContent = 'changed';</script>";

        await VisitAsync(browser, Script);
        Assert.Equal("changed", await browser.TextAsync("p"));
        await browser.DisableScriptsAsync();
        await VisitAsync(browser, Script);
        Assert.Equal("Some text", await browser.TextAsync("p"));
    }

    public void Dispose() => _profile.Dispose();

    private static Task VisitAsync(Chromium browser, string extra) => browser.VisitAsync(
        new Uri($"data:text/html;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(Page.Replace("EXTRA", extra, StringComparison.Ordinal)))}"));
}
