using PyWharf.Integration.Support;

namespace PyWharf.Integration.Sync;

/// <summary>A storage that can't be read for a while.</summary>
public sealed class SyncFailureTests : IDisposable
{
    private readonly TempFolder _root = new();

    [Fact]
    public async Task It_is_logged_once_and_the_index_read_before_goes_on()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, $"{ServerFixture.Config}\nsync_index_interval = 1\n");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        var storage = _root.At("cache", "local", "storage");

        Directory.Move(storage, storage + ".away");
        await Eventually.HoldsAsync(() => Task.FromResult(Failures(server) > 0));
        (await client.AskAsync("/simple/demo/")).With(200);
        (await client.UploadAsync(Wheels.Build("demo", "2.0"))).With(503);

        Directory.Move(storage + ".away", storage);
        await Eventually.HoldsAsync(() => Task.FromResult(server.Log.Contains("up to date again", StringComparison.Ordinal)));
        Assert.Equal(1, Failures(server));
        Assert.Equal(["demo-1.0-py3-none-any.whl"], await client.FilenamesAsync("demo"));
    }

    public void Dispose() => _root.Dispose();

    private static int Failures(PyWharfProcess server) => server.Log.Split("could not be brought up to date").Length - 1;
}
