using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Refusals for all of a repository or a client: a page for people, a line of text for installers, and for both when to try again.</summary>
public sealed class ErrorPageTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Too_many_wrong_secrets()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--login_failures=3");
        using var browser = new Browser(server);
        using var installer = server.Client(ServerFixture.Repository, "wrong");
        for (var i = 0; i < 3; i++)
        {
            (await browser.LogInAsync(ServerFixture.Repository, "wrong")).With(401);
        }

        using var person = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        AssertSame(
            (await person.AskAsync($"/{ServerFixture.Repository}/", ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"))).With(429),
            (await installer.AskAsync($"/{ServerFixture.Repository}/")).With(429));
        Assert.NotEqual(303, (await browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).Status);
        Assert.Null(browser.Session);
    }

    [Fact]
    public async Task Too_many_requests()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--client_requests=5");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        // More than any machine takes a second for.
        var people = Task.WhenAll(Enumerable.Range(0, 250).Select(_ => client.AskAsync($"/{ServerFixture.Repository}/", ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"))));
        var installers = Task.WhenAll(Enumerable.Range(0, 250).Select(_ => client.AskAsync("/simple/")));

        AssertSame((await people).First(answer => answer.Status == 429), (await installers).First(answer => answer.Status == 429));
    }

    private static void AssertSame(Answer person, Answer installer)
    {
        Assert.Contains("<h1>Too many requests</h1>", person.Text, StringComparison.Ordinal);
        person.Page();
        Assert.Equal("text/plain; charset=utf-8", installer["Content-Type"]);
        foreach (var answer in new[] { person, installer })
        {
            Assert.InRange(int.Parse(answer["Retry-After"] ?? "", null), 1, 60);
            Assert.Equal("no-store", answer["Cache-Control"]);
            Assert.Null(answer["WWW-Authenticate"]);
        }
    }
}
