using System.Text.Json;
using Xunit.Sdk;

namespace PyWharf.Integration.Support;

/// <summary>A real Chromium without a screen, and what a person does with the page in it.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    public const string Tab = "\uE004";
    public const string Enter = "\uE007";

    // The property under which an answer refers to an element (WebDriver, section 12.2).
    private const string ElementKey = "element-6066-11e4-a52e-4f735466cecf";

    private Chromium(ChromeDriver driver) => Driver = driver;

    public ChromeDriver Driver { get; }

    /// <param name="profile">The folder of its profile.</param>
    public static async Task<Chromium> StartAsync(string profile) => new(await ChromeDriver.StartAsync(profile));

    public Task VisitAsync(Uri url) => Driver.RunAsync("url", new { url = url.AbsoluteUri });

    public Task TypeAsync(string selector, string text) => OnElementAsync(selector, "value", new { text });

    /// <summary>Types in place of what a field has.</summary>
    public async Task FillAsync(string selector, string text)
    {
        await OnElementAsync(selector, "clear", new { });
        await TypeAsync(selector, text);
    }

    public Task ClickAsync(string selector) => OnElementAsync(selector, "click", new { });

    /// <summary>Clicks a link or a button, and waits until the page that it leads to is there.</summary>
    public async Task FollowAsync(string selector)
    {
        var left = await EvaluateAsync("performance.timeOrigin");
        await ClickAsync(selector);
        await WaitForAsync($"String(performance.timeOrigin) !== '{left}'");
    }

    /// <summary>Selects the option of a select element that has this value.</summary>
    public Task SelectAsync(string selector, string value) => ClickAsync($"{selector} option[value='{value}']");

    /// <summary>Presses a key and lets it go, wherever the focus is.</summary>
    public Task PressAsync(string key) => Driver.RunAsync("actions", new
    {
        actions = new[] { new { type = "key", id = "keyboard", actions = new[] { new { type = "keyDown", value = key }, new { type = "keyUp", value = key } } } },
    });

    /// <summary>The text of an element as it is shown.</summary>
    public async Task<string> TextAsync(string selector) =>
        (await Driver.RunAsync($"element/{await FindAsync(selector)}/text")).GetString() ?? "";

    /// <summary>What an expression in the page is, as text.</summary>
    public async Task<string> EvaluateAsync(string expression) => (await RunScriptAsync($"return String({expression});")).GetString() ?? "";

    /// <summary>What a function with this body returns in the page, or what the promise that it returns resolves to. Works where the page may not run scripts.</summary>
    public Task<JsonElement> RunScriptAsync(string body) => Driver.RunAsync("execute/sync", new { script = body, args = Array.Empty<object>() });

    /// <summary>
    /// What the browser has written to its console since it was last asked: messages of scripts, violations of the Content-Security-Policy,
    /// resources that did not load.
    /// </summary>
    public async Task<IReadOnlyList<string>> ConsoleAsync() =>
        [.. (await Driver.RunAsync("se/log", new { type = "browser" })).EnumerateArray().Select(entry => entry.GetProperty("message").GetString() ?? "")];

    /// <summary>Waits until an expression is true in the page: a click does not wait for the page that it leads to.</summary>
    public Task WaitForAsync(string expression) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                return await EvaluateAsync($"document.readyState === 'complete' && ({expression})") == "true";
            }
            catch (XunitException)
            {
                return false; // The page went away under the question.
            }
        },
        what: expression);

    public ValueTask DisposeAsync() => Driver.DisposeAsync();

    private async Task OnElementAsync(string selector, string action, object parameters) =>
        await Driver.RunAsync($"element/{await FindAsync(selector)}/{action}", parameters);

    private async Task<string> FindAsync(string selector) =>
        (await Driver.RunAsync("element", new { @using = "css selector", value = selector })).GetProperty(ElementKey).GetString() ?? "";
}
