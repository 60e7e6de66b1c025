using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit.Sdk;

namespace PyWharf.Integration.Support;

/// <summary>A real Chromium without a screen, driven by the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/).</summary>
internal sealed class Chromium : IAsyncDisposable
{
    // The property under which an answer refers to an element (section 12.2).
    private const string ElementKey = "element-6066-11e4-a52e-4f735466cecf";

    private static readonly string[] Switches =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly Process _driver;
    private readonly HttpClient _client;
    private readonly string _session;

    private Chromium(Process driver, HttpClient client, string session)
    {
        _driver = driver;
        _client = client;
        _session = session;
    }

    public static async Task<Chromium> StartAsync(string profile)
    {
        var environment = new[] { ("PATH", "/usr/bin:/bin"), ("HOME", profile) };
        var driver = Process.Start(ChildProcess.Describe("chromedriver", ["--port=0"], environment)) ?? throw new InvalidOperationException("No process.");
        var port = await ReadPortAsync(driver);
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var options = new Dictionary<string, object> { ["args"] = Switches.Append($"--user-data-dir={profile}") };
        var started = await PostAsync(client, "session", new { capabilities = new { alwaysMatch = new Dictionary<string, object> { ["goog:chromeOptions"] = options } } });

        return new Chromium(driver, client, started.GetProperty("sessionId").GetString() ?? "");
    }

    public Task VisitAsync(Uri url) => PostAsync(_client, $"session/{_session}/url", new { url = url.AbsoluteUri });

    public Task TypeAsync(string selector, string text) => OnElementAsync(selector, "value", new { text });

    public Task ClickAsync(string selector) => OnElementAsync(selector, "click", new { });

    /// <summary>What a script in the page returns, as text.</summary>
    public async Task<string> EvaluateAsync(string expression) =>
        (await PostAsync(_client, $"session/{_session}/execute/sync", new { script = $"return String({expression});", args = Array.Empty<object>() })).GetString() ?? "";

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

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.DeleteAsync(new Uri($"session/{_session}", UriKind.Relative));
        }
        finally
        {
            _client.Dispose();
            _driver.Kill(entireProcessTree: true);
            _driver.Dispose();
        }
    }

    private async Task OnElementAsync(string selector, string action, object arguments)
    {
        var found = await PostAsync(_client, $"session/{_session}/element", new { @using = "css selector", value = selector });
        await PostAsync(_client, $"session/{_session}/element/{found.GetProperty(ElementKey).GetString()}/{action}", arguments);
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        // With its length: chromedriver takes no chunks.
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());

        return answer.GetProperty("value");
    }

    private static async Task<int> ReadPortAsync(Process driver)
    {
        while (await driver.StandardOutput.ReadLineAsync().WaitAsync(ChildProcess.HangGuard) is { } line)
        {
            // «ChromeDriver was started successfully on port 43210.»
            if (line.Split("on port ") is [_, var port] && int.TryParse(port.TrimEnd('.'), out var number) && number != 0)
            {
                _ = driver.StandardOutput.ReadToEndAsync();

                return number;
            }
        }

        throw new InvalidOperationException($"chromedriver ended: {await driver.StandardError.ReadToEndAsync()}");
    }
}
