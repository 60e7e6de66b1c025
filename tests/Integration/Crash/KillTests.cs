using PyWharf.Integration.Support;
using Xunit.Abstractions;

namespace PyWharf.Integration.Crash;

/// <summary>kill -9 at any moment: what was acknowledged stays, what was not is there as a whole or not at all.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 8;

    private static readonly int Kills = Requirement.IsSoak ? 200 : 3;

    private readonly TempFolder _root = new();

    private Storage Storage => new(_root.Path);

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_amid_eight_clients_and_nothing_is_half_done()
    {
        var projects = new ChangedProjects(_root.Path, Clients, new Random(16));
        var server = await StartAsync();
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await projects.ChangeAndKillAsync(server, Random.Shared.Next(1, 60));
                server.Dispose();

                server = await StartAsync();
                await projects.AssertWholeAsync(server);
            }

            await projects.AssertDownloadsAsync(Writer(server));
        }
        finally
        {
            server.Dispose();
        }

        SoakTable.Write(output, "kill -9 amid changes of 8 clients", $"{Kills} kills", $"lost 0, half done 0; acknowledged: {projects.Acknowledged}");
    }

    [Fact]
    public async Task What_a_killed_upload_left_is_swept_by_the_next_start()
    {
        using (var server = await StartAsync())
        {
            using var upload = await PausedUpload.StartAsync(
                server.BaseAddress, ServerFixture.Repository, ServerFixture.WriteSecret, Wheels.Build("half", "1.0", payload: 1_000_000, random: true));
            await Eventually.HoldsAsync("the upload is being staged", () => Storage.Staged.Count == 1);
            await server.Kill9Async();
        }

        Assert.Single(Storage.Staged);
        using var next = await StartAsync();

        Assert.Empty(Storage.Staged);
        Assert.Empty(await Writer(next).ReadProjectsAsync());
    }

    [Theory]
    [InlineData("catalog.db")]
    [InlineData("catalog.db-wal")]
    public async Task A_catalog_that_lost_its_bytes_is_made_anew(string name)
    {
        var wheel = Wheels.Build("demo", "1.0");
        using (var server = await StartAsync())
        {
            await Writer(server).PublishAsync(wheel);
            await server.Kill9Async();
        }

        await File.WriteAllBytesAsync(Path.Combine(_root.Path, "index", "local", name), new byte[10_000]);
        using var next = await StartAsync();

        await AssertWholeAsync(next, new Dictionary<string, string> { [wheel.Filename] = wheel.Sha256 });
    }

    public void Dispose() => _root.Dispose();

    private Task<PyWharfProcess> StartAsync() => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);

    private static HttpClient Writer(PyWharfProcess server) => server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

    private async Task AssertWholeAsync(PyWharfProcess server, IReadOnlyDictionary<string, string> acknowledged)
    {
        using var client = Writer(server);
        var listed = await client.ReadAllFilesAsync();

        var digests = listed.ToDictionary(file => file.Filename, file => file.Sha256);
        Assert.All(acknowledged, file => Assert.Equal(file.Value, digests.GetValueOrDefault(file.Key)));
        foreach (var file in listed)
        {
            Assert.Equal(file.Sha256, await client.DownloadDigestAsync(file));
        }

        Assert.Equal(Storage.Files.Order(), digests.Keys.Order());
        Assert.Subset(Storage.Described.ToHashSet(), digests.Keys.ToHashSet());
        Assert.Empty(Storage.Staged);
    }
}
