namespace PyWharf.Integration.Support;

/// <summary>
/// What must hold for every page that people see, in whichever way it is shown: no finding of axe-core, nothing beyond the right edge, nothing
/// on the console.
/// </summary>
/// <param name="browser">Where the pages are.</param>
internal sealed class PageInspection(Chromium browser)
{
    // The elements that make the page wider than the screen: not those within others that scroll by themselves.
    private const string Overflow = """
        const width = WIDTH, root = document.documentElement;
        if (root.scrollWidth <= width) return [];
        const scrolls = element => element !== document.body && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
        const beyond = [...document.body.querySelectorAll("*")].filter(element => element.getBoundingClientRect().right > width && !scrolls(element.parentElement));
        return [`${root.scrollWidth} pixels wide: ` + beyond.slice(0, 5).map(element => element.outerHTML.slice(0, 120)).join(" | ")];
        """;

    private readonly List<(string Page, string Shown, string Problem)> _found = [];

    /// <summary>Looks at the page that is open in each <see cref="Appearance"/>, and keeps a picture of each.</summary>
    /// <param name="name">What the page is called in the pictures' names and in the problems.</param>
    public async Task LookAsync(string name)
    {
        await ReadConsoleAsync(name);
        foreach (var appearance in Appearance.All)
        {
            await browser.ShowAsync(appearance);
            await Screenshots.KeepAsync(browser, $"{name}-{appearance}");
            await UnfoldAsync(true);
            var overflow = await browser.RunScriptAsync(Overflow.Replace("WIDTH", $"{appearance.Width}", StringComparison.Ordinal));
            _found.AddRange(overflow.EnumerateArray().Select(text => (name, appearance.Name, text.GetString() ?? "")));
            _found.AddRange((await Axe.ViolationsAsync(browser)).Select(violation => (name, appearance.Name, violation)));
            await UnfoldAsync(false);
        }

        await browser.ShowAsync(Appearance.Light);
        await ReadConsoleAsync(name);
    }

    /// <summary>Fails the test where a page had a problem, with all of them.</summary>
    public void AssertNothingFound() => Assert.True(_found.Count == 0, string.Join('\n',
        from found in _found
        group found.Shown by (found.Page, found.Problem) into shown
        select $"{shown.Key.Page} ({string.Join(", ", shown)}): {shown.Key.Problem}"));

    /// <summary>Shows what is folded too; pictures have it as people find it.</summary>
    private async Task UnfoldAsync(bool open) =>
        await browser.RunScriptAsync($"for (const folded of document.querySelectorAll('details')) folded.open = {(open ? "true" : "false")};");

    private async Task ReadConsoleAsync(string name)
    {
        // The browser tells there when the status of the page itself is an error, which it is meant to be.
        var page = await browser.EvaluateAsync("location.href");
        var status = await browser.EvaluateAsync("performance.getEntriesByType('navigation')[0].responseStatus");
        var expected = $"{page} - Failed to load resource: the server responded with a status of {status} ";

        _found.AddRange(
            from message in await browser.ConsoleAsync()
            where !message.StartsWith(expected, StringComparison.Ordinal)
            select (name, "console", message));
    }
}
