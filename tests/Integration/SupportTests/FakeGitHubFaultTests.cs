using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

public class FakeGitHubFaultTests : FakeGitHubTest
{
    [Theory]
    [InlineData(nameof(Effect.None), 0)]
    [InlineData(nameof(Effect.Whole), 1)]
    public async Task An_answer_is_replaced_before_or_after_the_effect(string effect, int drafts)
    {
        GitHub.Faults.Next(request => request.Writes, new Fault.Answer(502) { Effect = Enum.Parse<Effect>(effect) });

        var answer = (await SendAsync("POST", "/releases", new { tag_name = "a", draft = true })).With(502);

        Assert.StartsWith("<!DOCTYPE html>", answer.Text, StringComparison.Ordinal);
        Assert.Equal(drafts, Packages.Releases.Count);
        Assert.Equal(0, GitHub.Faults.Pending);
    }

    [Theory]
    [InlineData(nameof(Effect.None), 0)]
    [InlineData(nameof(Effect.Whole), 1)]
    public async Task A_connection_breaks_before_or_after_the_effect(string effect, int drafts)
    {
        GitHub.Faults.Next(request => request.Writes, new Fault.Reset { Effect = Enum.Parse<Effect>(effect) });

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("POST", "/releases", new { tag_name = "a", draft = true }));

        Assert.Equal(drafts, Packages.Releases.Count);
        Assert.Null(Assert.Single(GitHub.Log.All).Status);
    }

    [Fact]
    public async Task A_body_is_cut_in_the_middle()
    {
        var link = await LinkAsync();
        GitHub.Faults.Next(request => request.Origin == Origin.Storage, new Fault.Cut());

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(link, token: null));
        Assert.Equal(1000, (await GetAsync(link, token: null)).With(200).Bytes.Length);
    }

    [Fact]
    public async Task A_body_stalls_in_the_middle_until_it_is_let_go()
    {
        var link = await LinkAsync();
        var stall = new Fault.Stall();
        GitHub.Faults.Next(request => request.Origin == Origin.Storage, stall);

        var get = GetAsync(link, token: null);
        await stall.Reached;

        Assert.False(get.IsCompleted);
        stall.Release();
        Assert.Equal(1000, (await get).With(200).Bytes.Length);
    }

    [Fact]
    public async Task Faults_come_in_order_as_often_as_told_and_with_their_header_fields()
    {
        GitHub.Faults.Next(request => request.Method == "GET", Fault.Answer.Json(503, "busy") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "2" } }, times: 2);
        GitHub.Faults.Next(_ => true, new Fault.Answer(500, "{\"mess", "application/json"));

        Assert.Equal("2", (await GetAsync("")).With(503)["Retry-After"]);
        Assert.Equal("busy", (await GetAsync("")).With(503).Message());
        Assert.Equal("{\"mess", (await GetAsync("")).With(500).Text);
        (await GetAsync("")).With(200);
    }

    [Theory]
    [InlineData(nameof(Effect.None), 0)]
    [InlineData(nameof(Effect.Whole), 1)]
    public async Task A_request_waits_before_or_after_its_effect_until_it_is_let_go(string effect, int drafts)
    {
        var pause = new Fault.Pause { Effect = Enum.Parse<Effect>(effect) };
        GitHub.Faults.Next(request => request.Writes, pause);

        var create = SendAsync("POST", "/releases", new { tag_name = "a", draft = true });
        await pause.Reached;

        Assert.Equal(drafts, Packages.Releases.Count);
        Assert.False(create.IsCompleted);
        pause.Release();
        (await create).With(201);
        Assert.Single(Packages.Releases);
    }

    [Fact]
    public async Task A_paused_request_does_not_hold_up_the_end()
    {
        var github = await FakeGitHub.StartAsync();
        var pause = new Fault.Pause();
        github.Faults.Next(_ => true, pause);
        var request = GetAsync($"{github.ApiUrl}repos/a/b", token: null);
        await pause.Reached;

        await github.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => request);
    }

    [Fact]
    public async Task Chaos_is_the_same_for_the_same_seed()
    {
        var first = await ChaosAsync(seed: 7);
        var second = await ChaosAsync(seed: 7);

        Assert.Equal(first, second);
        Assert.Contains("HttpRequestException", first);
        Assert.Contains("502", first);
        Assert.Contains("404", first);
        Assert.NotEqual(first, await ChaosAsync(seed: 8));
    }

    [Fact]
    public async Task Chaos_leaves_a_request_alone_after_so_many_failures_in_a_row()
    {
        GitHub.Faults.Chaos(seed: 1, rate: 1, mostInARow: 1);

        var outcomes = new List<bool>();
        for (var i = 0; i < 10; i++)
        {
            await OutcomeAsync();
            outcomes.Add(GitHub.Log.All[^1].Fault is null);
        }

        Assert.Equal([false, true, false, true, false, true, false, true, false, true], outcomes);
        GitHub.Faults.Stop();
        (await GetAsync("")).With(200);
        (await GetAsync("")).With(200);
    }

    [Fact]
    public async Task The_log_knows_what_was_asked_with_which_token_and_not_the_token_itself()
    {
        await DraftAsync("a");
        await GetAsync("repos/acme/packages/releases?per_page=5", Reader);
        await GetAsync("repos/acme/packages", token: null);

        var log = GitHub.Log.All;

        Assert.Equal(["POST", "GET", "GET"], log.Select(request => request.Method));
        Assert.Equal([Writer, Reader, null], log.Select(request => request.Token));
        Assert.Equal(["Bearer", "Bearer", null], log.Select(request => request.Headers.GetValueOrDefault("authorization")));
        Assert.Equal(("/repos/acme/packages/releases", "?per_page=5", 200), (log[1].Path, log[1].Query, log[1].Status));
        Assert.True(log[0].BodyLength > 0);
        Assert.DoesNotContain(Writer.Value, string.Concat(log), StringComparison.Ordinal);
        Assert.Equal(1, GitHub.Log.Count("GET", "/releases"));
        Assert.Equal((1, 1), (GitHub.Log.MostAtOnce, GitHub.Log.MostWritesAtOnce));
    }

    [Fact]
    public async Task The_log_knows_how_much_was_under_way_at_once()
    {
        var pauses = new[] { new Fault.Pause(), new Fault.Pause() };
        GitHub.Faults.Next(_ => true, pauses[0]);
        GitHub.Faults.Next(_ => true, pauses[1]);

        var requests = new[] { GetAsync("/releases"), SendAsync("POST", "/releases", new { tag_name = "a", draft = true }) };
        await Task.WhenAll(pauses.Select(pause => pause.Reached));

        Assert.Equal((2, 1), (GitHub.Log.MostAtOnce, GitHub.Log.MostWritesAtOnce));
        Array.ForEach(pauses, pause => pause.Release());
        await Task.WhenAll(requests);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        var drafts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => DraftAsync($"demo-{i}")));

        await Task.WhenAll(drafts.Select(async draft => (await PublishAsync(draft)).With(200)));

        Assert.Equal(50, (await GetAsync("/releases?per_page=100")).With(200).Json.Texts("tag_name").Distinct().Count());
    }

    private async Task<List<string>> ChaosAsync(int seed)
    {
        GitHub.Faults.Chaos(seed, rate: 0.5);
        var outcomes = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            outcomes.Add(await OutcomeAsync());
        }

        return outcomes;
    }

    private async Task<string> OutcomeAsync()
    {
        try
        {
            return $"{(await SendAsync("DELETE", "/releases/1")).Status}";
        }
        catch (HttpRequestException broken)
        {
            return broken.GetType().Name;
        }
    }

    private async Task<string> LinkAsync()
    {
        var asset = Packages.Publish("a.whl", new byte[1000], "").Assets[0];

        return (await GetAsync($"/releases/assets/{asset.Id}", ("Accept", "application/octet-stream"))).With(302)["Location"] ?? "";
    }
}
