using PyWharf.Integration.Crash;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

public sealed class ClientLimitsTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task More_requests_a_second_than_allowed_are_429_with_the_time_to_wait()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--client_requests=5", "--trusted_proxy=127.0.0.1");
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        // More than any machine takes a second for.
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => reader.AskAsync("/simple/")));

        Assert.Contains(answers, answer => answer.Status == 200);
        var refused = answers.First(answer => answer.Status == 429);
        Assert.Equal("1", refused["Retry-After"]);
        Assert.Contains("5 requests a second", refused.Text, StringComparison.Ordinal);
        (await reader.AskAsync("/simple/", ("X-Forwarded-For", "192.0.2.9"))).With(200);
        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/")).Status == 200, what: "the client is served again");
    }

    [Fact]
    public async Task More_uploads_at_one_time_than_allowed_are_429_and_one_that_ends_makes_room()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--client_uploads=1", "--trusted_proxy=127.0.0.1");
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var first = await PausedUpload.StartAsync(server.BaseAddress, ServerFixture.Repository, ServerFixture.WriteSecret, Wheels.Build("first", "1.0", payload: 1_000_000, random: true));
        await Eventually.HoldsAsync("the upload is being staged", () => new Storage(_root.Path).Staged.Count == 1);

        var refused = (await writer.UploadAsync(Wheels.Build("second", "1.0"))).With(429);
        Assert.Contains("1 uploads at one time", refused.Text, StringComparison.Ordinal);
        Assert.Equal("5", refused["Retry-After"]);
        (await writer.AskAsync("/simple/")).With(200);

        Assert.Equal(200, (await first.FinishAsync()).Status);
        await Eventually.HoldsAsync(async () => (await writer.UploadAsync(Wheels.Build("second", "1.0"))).Status == 200, what: "there is room again");
    }
}
