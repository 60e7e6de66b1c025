using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Sync;

/// <summary>Trouble with the catalog under a running server, as its clients see it.</summary>
public sealed class CatalogTroubleTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;
    private HttpClient? _client;

    private PyWharfProcess Server => _server ?? throw new InvalidOperationException("Not started.");

    private HttpClient Client => _client ?? throw new InvalidOperationException("Not started.");

    private string Catalog => _root.At("index", "local", "catalog.db");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await StartAsync();
        for (var number = 0; number < 5; number++)
        {
            (await Client.UploadAsync(Wheels.Build("demo", $"1.{number}"))).With(200);
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task While_another_process_has_its_lock_reading_goes_on_and_writing_is_503()
    {
        using (var held = new SqliteConnection($"Data Source={Catalog};Pooling=False"))
        {
            held.Open();
            using var begin = held.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
            var uploading = Client.UploadAsync(Wheels.Build("demo", "2.0"));
            using var reason = JsonContent.Create(new { reason = "bad" });
            var yanking = Client.PutAsync("/api/projects/demo/versions/1.0/yank", reason);

            (await Client.AskAsync("/simple/demo/")).With(200);
            (await Client.AskAsync("/pypi/demo/json")).With(200);
            (await Client.AskAsync("/search?q=demo")).With(200);

            var refused = (await uploading).With(503);
            using var notYanked = await yanking;
            Assert.NotNull(refused["Retry-After"]);
            Assert.Equal(503, (int)notYanked.StatusCode);
            Assert.NotNull(notYanked.Headers.RetryAfter);
        }

        (await Client.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);
        Assert.DoesNotContain("yanked", (await Client.AskAsync("/simple/demo/", ("Accept", "text/html"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overwritten_while_it_runs_it_is_made_anew_and_nothing_is_missing()
    {
        foreach (var file in Directory.GetFiles(_root.At("index", "local"), "catalog.db-wal"))
        {
            await OverwriteAsync(file);
        }

        await OverwriteAsync(Catalog);

        var expected = new List<string>((await Client.FilenamesAsync("demo")).Order(StringComparer.Ordinal));
        Assert.Equal(5, expected.Count);
        for (var number = 5; number < 9; number++)
        {
            var wheel = Wheels.Build("demo", $"1.{number}");
            (await Client.UploadAsync(wheel)).With(200);
            expected.Add(wheel.Filename);
            Assert.Equal(expected, (await Client.FilenamesAsync("demo")).Order(StringComparer.Ordinal));
        }

        (await PyWharfProcess.RunAsync(["update_index", "file_system", "local", $"--root={_root.Path}"])).Succeeded();
        Assert.Equal(expected, (await Client.FilenamesAsync("demo")).Order(StringComparer.Ordinal));

        Assert.Equal(0, await Server.TerminateAsync());
        await StartAsync();
        Assert.Equal(expected, (await Client.FilenamesAsync("demo")).Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _client?.Dispose();
        _server?.Dispose();
        _root.Dispose();
    }

    private static async Task OverwriteAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        await file.WriteAsync(Enumerable.Repeat((byte)'x', (int)file.Length).ToArray());
    }

    private async Task StartAsync()
    {
        _client?.Dispose();
        _server?.Dispose();
        _server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        _client = _server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
    }
}
