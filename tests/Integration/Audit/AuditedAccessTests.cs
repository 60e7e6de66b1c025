using PyWharf.Integration.Initialize;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

/// <summary>The lines of those who come in, or try to, and of new configurations.</summary>
public sealed class AuditedAccessTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_session_of_a_browser_has_a_line_at_its_beginning_and_at_its_end()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var browser = new Browser(server);
        (await browser.LogInAsync(ServerFixture.Repository, ServerFixture.WriteSecret)).With(303);
        (await browser.LogOutAsync()).With(303);

        var lines = WrittenEvents.Of(_root.Path, "login", "logout");
        Assert.Equal(["login", "logout"], lines.Select(line => line.Text("event")));
        Assert.All(lines, line => Assert.Equal(("local", "session write secret", "127.0.0.1"), (line.Text("repository"), line.Actor(), line.Text("address"))));
    }

    [Fact]
    public async Task Wrong_credentials_of_an_address_are_counted_in_one_line_without_what_was_shown()
    {
        using (var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config))
        {
            using var wrong = server.Client(ServerFixture.Repository, "wr0ng");
            using var confused = server.Client(ServerFixture.WriteSecret, "local");
            for (var number = 0; number < 5; number++)
            {
                (await wrong.AskAsync("/simple/")).With(401);
                (await confused.AskAsync("/simple/")).With(401);
            }

            (await server.Client().AskAsync("/simple/")).With(401);
            Assert.Equal(0, await server.TerminateAsync());
        }

        var lines = WrittenEvents.Of(_root.Path, "login_failed");
        Assert.Equal(5, lines.Where(line => line.Text("repository") == "local").Sum(line => line.GetProperty("count").GetInt32()));
        Assert.Equal(5, lines.Where(line => line.Text("repository") is null).Sum(line => line.GetProperty("count").GetInt32()));
        Assert.InRange(lines.Count, 2, 4);
        Assert.All(lines, line => Assert.Equal(("refused", "127.0.0.1", null), (line.Text("outcome"), line.Text("address"), line.Actor())));
        var text = await File.ReadAllTextAsync(WrittenEvents.PathIn(_root.Path));
        Assert.DoesNotContain("wr0ng", text, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerFixture.WriteSecret.Split(':')[0], text, StringComparison.Ordinal);
        Assert.Equal("server_stopped", WrittenEvents.Of(_root.Path)[^1].Text("event"));
    }

    [Fact]
    public async Task Wrong_credentials_are_written_while_the_server_runs()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        (await server.Client(ServerFixture.Repository, "wr0ng").AskAsync("/simple/")).With(401);

        await Eventually.HoldsAsync(() => Task.FromResult(WrittenEvents.Of(_root.Path, "login_failed").Count == 1));
    }

    [Fact]
    public async Task A_configuration_that_comes_over_HTTP_or_is_read_again_has_a_line()
    {
        using (var server = await PyWharfProcess.StartAsync(_root.Path, config: null))
        {
            (await server.Client().InitializeAsync(ServerFixture.Config, adminSecret: "")).With(200);
        }

        var line = Assert.Single(WrittenEvents.Of(_root.Path, "initialize"));
        Assert.Equal(("ok", "127.0.0.1", null, null), (line.Text("outcome"), line.Text("address"), line.Actor(), line.Text("repository")));

        using var next = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        next.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync(() => Task.FromResult(WrittenEvents.Of(_root.Path, "reload").Count == 1));
        await File.WriteAllTextAsync(_root.At("config.toml"), "nonsense");
        next.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync(() => Task.FromResult(WrittenEvents.Of(_root.Path, "reload").Count == 2));
        Assert.Equal(["ok", "failed"], WrittenEvents.Of(_root.Path, "reload").Select(reload => reload.Text("outcome")));
    }
}
