using PyWharf.Integration.Support;
using PyWharf.Integration.Upstream;

namespace PyWharf.Integration.Sync;

/// <summary>What may lie in a storage after an accident, or by an enemy: only regular files are opened, and nothing leads out of it.</summary>
public sealed class HostileStorageTests : IAsyncLifetime, IDisposable
{
    private const string Config = ServerFixture.Config + "sync_index_interval = 1\n";

    private readonly TempFolder _root = new();
    private FakeIndex? _upstream;

    private FakeIndex Upstream => _upstream ?? throw new InvalidOperationException();

    private string Storage => _root.At("cache", ServerFixture.Repository, "storage");

    public async Task InitializeAsync() => _upstream = await FakeIndex.StartAsync();

    public async Task DisposeAsync() => await Upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task What_is_no_regular_file_is_neither_listed_nor_opened_and_costs_nobody_else()
    {
        var good = Wheels.Build("good", "1.0");
        good.WriteTo(At("good"));
        foreach (var (kind, number) in OddFile.Kinds.Select((kind, number) => (kind, number)))
        {
            OddFile.Put(At($"only-{number}", $"only_{number}-1.0.tar.gz"), kind);
            OddFile.Put(At("good", $"good-2.{number}.tar.gz"), kind);
            OddFile.Put(At("good", $"good-1.0-py3-none-any.whl{(number == 0 ? ".meta" : $".{number}.meta")}"), kind);
            OddFile.Put(At(".staging", $"left-{number}"), kind);
        }

        File.CreateSymbolicLink(At("elsewhere"), "/etc");
        File.CreateSymbolicLink(At("away"), "/no/such/thing");
        File.CreateSymbolicLink(At("loop"), Storage);
        OddFile.Put(At("pipe"), "pipe");
        await File.WriteAllTextAsync(At("notes.txt"), "x");

        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, $"--extra_index_url={Upstream.Origin}simple/");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/good/")).Status == 200);
        await client.AssertOffersAsync("good", good.Filename);
        Assert.Equal("good", Assert.Single(await client.ReadProjectsAsync()));
        foreach (var project in (string[])["only-0", "only-1", "only-2", "only-3", "only-4", "elsewhere", "away", "loop"])
        {
            Assert.Empty(await client.FilenamesAsync(project));
            (await client.AskAsync($"/simple/{project}/{project}-1.0.tar.gz")).With(503);
            (await client.UploadAsync(Wheels.Build(project, "3.0"))).With(503);
        }

        (await client.AskAsync("/simple/good/good-2.2.tar.gz")).With(404);
        Assert.Empty(Upstream.Requests);
        Assert.Single(server.Log.Split('\n'), line => line.Contains("/only_0-1.0.tar.gz: it is no regular file", StringComparison.Ordinal));

        // What is put in order is offered.
        Directory.Delete(At("only-1", "only_1-1.0.tar.gz"));
        var mended = Sdists.Build("only-1", "1.0");
        mended.WriteTo(At("only-1"));
        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("only-1")).Count == 1);
        await client.AssertOffersAsync("only-1", mended.Filename);
    }

    [Fact]
    public async Task A_file_in_whose_place_something_else_is_put_is_not_sent_any_more()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config); // which looks once a minute
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        foreach (var kind in OddFile.Kinds)
        {
            var wheel = Wheels.Build($"swapped-{kind.Replace(' ', '-')}", "1.0");
            (await client.UploadAsync(wheel)).With(200);

            OddFile.Put(At(wheel.Name, wheel.Filename), kind);

            (await client.AskAsync($"/simple/{wheel.Name}/{wheel.Filename}")).With(404);
            Assert.Contains("is no file", (await client.UploadAsync(wheel)).With(503).Text, StringComparison.Ordinal);
            (await client.UploadAsync(Wheels.Build(wheel.Name, "2.0"))).With(200);
        }
    }

    [Fact]
    public async Task Files_whose_clock_was_ahead_are_listed_at_once_and_were_uploaded_by_now()
    {
        foreach (var number in Enumerable.Range(0, 10))
        {
            var sdist = Sdists.Build("ahead", $"1.{number}");
            sdist.WriteTo(At("ahead"));
            File.SetLastWriteTimeUtc(At("ahead", sdist.Filename), new DateTime(number == 0 ? 9000 : 2200, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        using var server = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/ahead/")).Status == 200);

        var files = (await client.ProjectAsync("ahead")).GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(10, files.Count);
        Assert.All(files, file => Assert.True(file.GetProperty("upload-time").GetDateTimeOffset() <= TimeProvider.System.GetUtcNow()));
    }

    private string At(params string[] parts) => _root.At(["cache", ServerFixture.Repository, "storage", .. parts]);
}
