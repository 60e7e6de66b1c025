using System.Net.Http.Json;
using PyWharf.Integration.Crash;
using PyWharf.Integration.Support;
using Xunit.Abstractions;

namespace PyWharf.Integration.Soak;

/// <summary>A wall clock that is set forward and back, by hours and by years, while the server works: what it promises for a time does not outlast the step.</summary>
public sealed class ClockStepTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds = Requirement.IsSoak ? 10 : 1;

    private static readonly string[] Steps = ["+3h", "+0", "-3h", "+0", "+2y", "-2y", "+0"];

    private readonly TempFolder _root = new();

    [FactWhen(Needs.Faketime)]
    public async Task Everything_goes_on_whatever_the_clock_says()
    {
        using var clock = new FakedClock();
        using var server = await StartAsync(clock);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var nobody = server.Client();
        var project = new ChangedProject("demo", new Random(1970));
        using var token = await TokenAsync(server, client, "endless", expires: null);
        using var browser = new Browser(server);
        (await browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).With(303);

        foreach (var step in Enumerable.Repeat(Steps, Rounds).SelectMany(steps => steps))
        {
            clock.Set(step);

            foreach (var change in Enum.GetValues<Change>().Append(Change.Upload))
            {
                Assert.Equal(200, await project.ChangeAsync(client, change));
                await project.AssertShownAsync(token);
            }

            Assert.Equal("ok\n", (await nobody.AskAsync("/health")).With(200).Text);
            (await client.AskAsync("/search?q=demo")).With(200);
            (await client.AskAsync("/pypi/demo/json")).With(200);
            await AssertIndexTimeAsync(client);

            // A session may have ended, and another one begins at once.
            if ((await browser.VisitAsync("/local/simple/demo/")).Status != 200)
            {
                (await browser.LogInAsync(ServerFixture.Repository, ServerFixture.ReadSecret)).With(303);
                (await browser.VisitAsync("/local/simple/demo/")).With(200);
            }
        }

        await project.AssertDownloadsAsync(client);
        var verified = await PyWharfProcess.RunAsync(["verify", _root.Path, "--audit"]);
        Assert.True(verified.ExitCode == 0, verified.Stdout + verified.Stderr);
        Assert.DoesNotContain(" fail: ", server.Log, StringComparison.Ordinal);
        Assert.Equal(project.Acknowledged.Values.Sum(), WrittenEvents.Of(_root.Path).Count(line => line.Text("project") == "demo"));
        Assert.Equal(0, await server.TerminateAsync());
        using var next = await StartAsync(clock);
        using var reader = next.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        await project.AssertShownAsync(reader);
        SoakTable.Write(
            output, "wall clock set forward and back by hours and years", $"{Rounds * Steps.Length} steps",
            $"lost 0; {project.Acknowledged.Values.Sum()} changes acknowledged, shown and in the audit log");
    }

    [FactWhen(Needs.Faketime)]
    public async Task A_token_ends_by_the_clock_and_lives_again_where_that_was_wrong()
    {
        using var clock = new FakedClock();
        using var server = await StartAsync(clock);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var token = await TokenAsync(server, client, "a-day", expires: "1d");
        (await token.AskAsync("/simple/")).With(200);

        clock.Set("+2d");
        (await token.AskAsync("/simple/")).With(401);

        clock.Set("-2d");
        (await token.AskAsync("/simple/")).With(200);
    }

    /// <summary>As where a machine starts with a wrong clock, which is set right a moment later.</summary>
    [FactWhen(Needs.Faketime)]
    public async Task Who_was_locked_out_while_it_was_ahead_is_let_in_again()
    {
        using var clock = new FakedClock();
        clock.Set("+1y");
        using var server = await StartAsync(clock, "--login_failures=2");
        using var wrong = server.Client(ServerFixture.Repository, "guessed");
        (await wrong.AskAsync("/simple/")).With(401);
        (await wrong.AskAsync("/simple/")).With(401);
        Assert.InRange(int.Parse((await wrong.AskAsync("/simple/")).With(429)["Retry-After"] ?? "", null), 1, 60);

        clock.Set("+0");

        Assert.InRange(int.Parse((await wrong.AskAsync("/simple/")).With(429)["Retry-After"] ?? "", null), 1, 60);
    }

    public void Dispose() => _root.Dispose();

    private async Task<PyWharfProcess> StartAsync(FakedClock clock, params string[] flags)
    {
        await File.WriteAllTextAsync(_root.At("config.toml"), ServerFixture.Config);

        return await PyWharfProcess.StartAsync(
            ["server", _root.Path, "--host=127.0.0.1", "--port=0", "--extra_index_url=", $"--config={_root.At("config.toml")}", "--access_log=False", .. flags], clock.Environment);
    }

    private static async Task<HttpClient> TokenAsync(PyWharfProcess server, HttpClient client, string name, string? expires)
    {
        var created = await Answer.ReadAsync(await client.PostAsJsonAsync("/api/tokens/", new { name, expires }));

        return server.Client("__token__", created.With(201).Json.GetProperty("token").GetString() ?? "");
    }

    private static async Task AssertIndexTimeAsync(HttpClient client)
    {
        var page = (await client.AskAsync("/index_mtime/")).With(200);
        var server = DateTimeOffset.Parse(page["Date"] ?? "", null);

        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds((long)double.Parse(page.Text, System.Globalization.CultureInfo.InvariantCulture)), server - TimeSpan.FromMinutes(5), server + TimeSpan.FromSeconds(2));
    }
}
