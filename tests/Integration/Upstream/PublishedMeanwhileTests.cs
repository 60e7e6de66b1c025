using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>A project that is published while upstream is asked for it.</summary>
public sealed class PublishedMeanwhileTests : IAsyncLifetime, IDisposable
{
    private const string Mine = "race-1.0-py3-none-any.whl";

    private readonly TempFolder _root = new();
    private FakePyPi _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        _upstream = await FakePyPi.StartAsync();
        _upstream.Put(new FakeProject("race", FakeFile.Wheel("race", "99.0"), new FakeFile(Mine, "a stranger's"u8.ToArray())));
    }

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("simple/race/", Mine)]
    [InlineData($"simple/race/{Mine}", null)]
    [InlineData("api/explain/race", Mine)]
    public async Task After_an_acknowledged_upload_nobody_gets_upstreams_files(string path, string? listed)
    {
        using var server = await PyWharfProcess.StartAsync(
            _root.Path, $"{ServerFixture.Config}\n[{ServerFixture.Repository}.upstream]\nurl = \"{_upstream.Index}\"\nmode = \"cache\"\n");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var goOn = new TaskCompletionSource();
        _upstream.Fail("/simple/race/", FakeFaults.PauseAfter(10, goOn.Task));

        var asked = client.AskAsync($"/{path}", ("Accept", "application/vnd.pypi.simple.v1+json"));
        await Eventually.HoldsAsync("upstream is asked", () => _upstream.CountOf("/simple/race/") == 1);
        var mine = Wheels.Build("race", "1.0");
        await client.PublishAsync(mine);
        goOn.SetResult();

        var answer = (await asked).With(200);
        if (listed is null)
        {
            Assert.Equal(mine.Content, answer.Bytes);
        }
        else
        {
            Assert.Contains(listed, answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("99.0", answer.Text, StringComparison.Ordinal);
        }
    }
}
