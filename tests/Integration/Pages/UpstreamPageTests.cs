using PyWharf.Integration.Support;
using PyWharf.Integration.Upstream;

namespace PyWharf.Integration.Pages;

/// <summary>The pages of projects that are not here but at the upstream index, which is reached with a password.</summary>
public sealed class UpstreamPageTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private FakeIndex? _upstream;
    private PyWharfProcess? _server;

    private FakeIndex Upstream => _upstream ?? throw new InvalidOperationException();

    private PyWharfProcess Server => _server ?? throw new InvalidOperationException();

    public async Task InitializeAsync()
    {
        _upstream = await FakeIndex.StartAsync();
        _server = await PyWharfProcess.StartAsync(
            _root.Path, ServerFixture.Config + "reserve = [\"up-html\"]\n", $"--extra_index_url=http://up-user:up-pass@{_upstream.Origin.Authority}/simple/");
    }

    public async Task DisposeAsync() => await Upstream.DisposeAsync();

    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task They_say_from_where_it_comes_as_text_and_ask_once()
    {
        foreach (var secret in (string[])[ServerFixture.ReadSecret, ServerFixture.WriteSecret, ServerFixture.ReadSecret])
        {
            using var browser = new Browser(Server);
            await browser.LogInAsync(ServerFixture.Repository, secret);
            var answer = (await browser.VisitAsync($"/{ServerFixture.Repository}/project/up-hostile/")).With(200);
            var page = answer.Page();

            Assert.Contains("not in this repository", page.Body?.TextContent, StringComparison.Ordinal);
            Assert.Contains("127.0.0.1", page.QuerySelector(".banner strong:last-of-type")?.TextContent, StringComparison.Ordinal);
            Assert.DoesNotContain("up-pass", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("up-user", answer.Text, StringComparison.Ordinal);
            Assert.Empty(page.QuerySelectorAll("script:not([src])"));
        }

        Assert.Single(Upstream.Requests, request => request.Path == "/simple/up-hostile/");
    }

    [Fact]
    public async Task Reserved_names_are_not_asked_for_and_what_upstream_can_not_answer_is_not_here()
    {
        using var browser = new Browser(Server);
        await browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret);

        (await browser.VisitAsync($"/{ServerFixture.Repository}/project/up-html/")).With(404).Page();
        (await browser.VisitAsync($"/{ServerFixture.Repository}/project/nowhere/")).With(404).Page();
        (await browser.VisitAsync($"/{ServerFixture.Repository}/project/up-json/1.0/")).With(404).Page();
        var broken = (await browser.VisitAsync($"/{ServerFixture.Repository}/project/up-broken/")).With(404);

        Assert.DoesNotContain("Traceback", broken.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("up-pass", broken.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Upstream.Requests, request => request.Path.Contains("up-html", StringComparison.Ordinal));
    }
}
