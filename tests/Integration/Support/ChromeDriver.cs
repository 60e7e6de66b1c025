using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>A session of chromedriver, by the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/): one browser with a profile of its own.</summary>
internal sealed class ChromeDriver : IAsyncDisposable
{
    private static readonly string[] Switches =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly Process _process;
    private HttpClient? _client;
    private string? _session;

    private ChromeDriver(Process process) => _process = process;

    /// <param name="profile">The folder of the browser's profile.</param>
    public static async Task<ChromeDriver> StartAsync(string profile)
    {
        var environment = new[] { ("PATH", "/usr/bin:/bin"), ("HOME", profile) };
        var process = Process.Start(ChildProcess.Describe("chromedriver", ["--port=0"], environment)) ?? throw new InvalidOperationException("No process.");
        var driver = new ChromeDriver(process);
        try
        {
            await driver.OpenAsync(profile);

            return driver;
        }
        catch
        {
            await driver.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of the session. Gives back its value.</summary>
    /// <param name="command">The path of the command below that of the session.</param>
    /// <param name="parameters">The parameters of a POST; null for a GET.</param>
    public Task<JsonElement> RunAsync(string command, object? parameters = null) => SendAsync($"session/{_session}/{command}", parameters);

    /// <summary>Runs a command of the Chrome DevTools Protocol (https://chromedevtools.github.io/devtools-protocol/).</summary>
    public Task<JsonElement> RunDevToolsAsync(string command, object parameters) => RunAsync("goog/cdp/execute", new { cmd = command, @params = parameters });

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_client is not null && _session is not null)
            {
                await _client.DeleteAsync(new Uri($"session/{_session}", UriKind.Relative));
            }
        }
        finally
        {
            _client?.Dispose();
            _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }
    }

    private async Task OpenAsync(string profile)
    {
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{await ReadPortAsync()}/"),
            Timeout = ChildProcess.HangGuard,
        };
        var limit = ChildProcess.HangGuard.TotalMilliseconds;
        var started = await SendAsync("session", new
        {
            capabilities = new
            {
                alwaysMatch = new Dictionary<string, object>
                {
                    ["goog:chromeOptions"] = new { args = Switches.Append($"--user-data-dir={profile}") },
                    ["goog:loggingPrefs"] = new { browser = "ALL" },
                    ["timeouts"] = new { script = limit, pageLoad = limit },
                },
            },
        });
        _session = started.GetProperty("sessionId").GetString();
    }

    private async Task<JsonElement> SendAsync(string path, object? parameters)
    {
        var client = _client ?? throw new InvalidOperationException("It has not started.");
        using var request = new HttpRequestMessage(parameters is null ? HttpMethod.Get : HttpMethod.Post, new Uri(path, UriKind.Relative));
        // With its length: chromedriver takes no chunks.
        request.Content = parameters is null ? null : new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(parameters));
        using var response = await client.SendAsync(request);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());

        return answer.GetProperty("value");
    }

    private async Task<int> ReadPortAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(ChildProcess.HangGuard) is { } line)
        {
            // «ChromeDriver was started successfully on port 43210.»
            if (line.Split("on port ") is [_, var port] && int.TryParse(port.TrimEnd('.'), out var number) && number != 0)
            {
                _ = _process.StandardOutput.ReadToEndAsync();

                return number;
            }
        }

        throw new InvalidOperationException($"chromedriver ended: {await _process.StandardError.ReadToEndAsync()}");
    }
}
