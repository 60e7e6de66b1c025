using PyWharf.Integration.Support;

namespace PyWharf.Integration.Cli;

/// <summary>GET /health/live and /health/ready, as those ask who send requests to a server only where it can answer.</summary>
public sealed class ReadinessTests : IDisposable
{
    private readonly TempFolder _root = new();

    [Fact]
    public async Task A_server_without_a_configuration_lives_and_is_not_ready()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = server.Client();

        Assert.Equal("ok\n", (await nobody.AskAsync("/health/live")).With(200).Text);
        Assert.Equal("ok\n", (await nobody.AskAsync("/health")).With(200).Text);
        Assert.NotNull((await nobody.AskAsync("/health/ready")).With(503)["Retry-After"]);
    }

    [Fact]
    public async Task A_server_whose_storage_is_away_is_not_ready_and_tells_which_to_who_may_see_metrics()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--trusted_proxy=127.0.0.1", "--metrics_from=198.51.100.0/24");
        using var nobody = server.Client();
        Assert.Equal("ready\n", (await nobody.AskAsync("/health/ready")).With(200).Text);
        (await nobody.AskAsync(HttpMethod.Head, "/health/ready/")).With(200);
        var storage = _root.At("cache", ServerFixture.Repository, "storage");

        Directory.Move(storage, storage + ".away");
        await Eventually.HoldsAsync(async () => (await nobody.AskAsync("/health/ready")).Status == 503);

        Assert.Contains("local: ", (await nobody.AskAsync("/health/ready")).With(503).Text, StringComparison.Ordinal);
        Assert.Contains("local: ", (await nobody.AskAsync("/health/ready", ("X-Forwarded-For", "127.0.0.1"))).With(503).Text, StringComparison.Ordinal);
        Assert.Contains("local: ", (await nobody.AskAsync("/health/ready", ("X-Forwarded-For", "198.51.100.7"))).With(503).Text, StringComparison.Ordinal);
        foreach (var (header, value) in new[] { ("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-For", "127.0.0.1, 192.0.2.7"), ("X-Real-IP", "192.0.2.7"), ("Forwarded", "for=192.0.2.7"), ("Via", "1.1 proxy") })
        {
            var answer = (await nobody.AskAsync("/health/ready", (header, value))).With(503);

            Assert.DoesNotContain("local", answer.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(_root.Path, answer.ToString(), StringComparison.Ordinal);
            Assert.NotNull(answer["Retry-After"]);
        }

        Assert.StartsWith("ok\n", (await nobody.AskAsync("/health")).With(200).Text, StringComparison.Ordinal);
        (await nobody.AskAsync("/health/live")).With(200);

        Directory.Move(storage + ".away", storage);
        await Eventually.HoldsAsync(async () => (await nobody.AskAsync("/health/ready")).Status == 200);
    }

    public void Dispose() => _root.Dispose();
}
