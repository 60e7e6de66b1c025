using System.Net;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>Two servers on one root folder: a rolling restart, or two replicas on one volume.</summary>
public sealed class SeveralProcessesTests : IDisposable
{
    private const int Clients = 8;

    // What one process publishes, the other shows within this time: part of the design.
    private static readonly TimeSpan Propagation = TimeSpan.FromSeconds(2);

    private readonly TempFolder _root = new();

    [Fact]
    public async Task What_one_publishes_both_show()
    {
        using var first = await StartAsync();
        using var second = await StartAsync();
        var uploaders = new Uploaders([.. Enumerable.Range(0, Clients).Select(client => Writer(client % 2 == 0 ? first : second))], "shared");

        await uploaders.RunAsync(total: 200);

        Assert.Equal(200, uploaders.Acknowledged.Count);
        foreach (var server in (PyWharfProcess[])[first, second])
        {
            using var client = Writer(server);
            await Eventually.HoldsAsync("all 200 files are listed by both", Propagation, async () => (await client.ReadAllFilesAsync()).Count == 200);
            var listed = await client.ReadAllFilesAsync();
            Assert.Equal(uploaders.Acknowledged, listed.ToDictionary(file => file.Filename, file => file.Sha256));
            Assert.All(listed, file => Assert.True(File.Exists(Path.Combine(_root.Path, "cache", "local", "storage", file.Project, file.Filename + ".meta"))));
        }
    }

    [Fact]
    public async Task Of_two_files_of_one_name_exactly_one_is_published_whoever_is_asked()
    {
        using var first = await StartAsync();
        using var second = await StartAsync();
        HttpClient[] clients = [Writer(first), Writer(second)];

        for (var name = 0; name < 20; name++)
        {
            var files = Enumerable.Range(0, 4).Select(i => Wheels.Build($"race-{name}", "1.0", payload: 100 + i)).ToList();

            var answers = await Task.WhenAll(files.Select((file, i) => Task.Run(() => clients[i % 2].PostFileAsync(file))));

            var winner = Assert.Single(answers.Index(), answer => answer.Item.StatusCode == HttpStatusCode.OK).Index;
            Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
            foreach (var client in clients)
            {
                await Eventually.HoldsAsync("the winner is listed by both", Propagation, async () =>
                    (await client.ReadAllFilesAsync()).Any(file => file.Project == $"race-{name}" && file.Sha256 == files[winner].Sha256));
            }
        }
    }

    [Fact]
    public async Task One_goes_on_when_the_other_is_killed()
    {
        using var survivor = await StartAsync();
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var victim = await StartAsync();
        var doomed = new Uploaders([.. Enumerable.Range(0, Clients / 2).Select(_ => Writer(victim))], "doomed");
        var lasting = new Uploaders([.. Enumerable.Range(0, Clients / 2).Select(_ => Writer(survivor))], "lasting");

        var uploading = Task.WhenAll(
            doomed.RunAsync(int.MaxValue, count => { if (count == 15) { killed.SetResult(); } }),
            lasting.RunAsync(total: 100));
        await Task.WhenAny(killed.Task, uploading);
        await victim.Kill9Async();
        await uploading;

        Assert.Equal(100, lasting.Acknowledged.Count);
        using var client = Writer(survivor);
        await Eventually.HoldsAsync("all that was acknowledged is listed by the survivor", Propagation, async () =>
        {
            var listed = (await client.ReadAllFilesAsync()).ToDictionary(file => file.Filename, file => file.Sha256);

            return doomed.Acknowledged.Concat(lasting.Acknowledged).All(file => listed.GetValueOrDefault(file.Key) == file.Value);
        });
    }

    [Fact]
    public async Task A_start_leaves_the_uploads_of_its_neighbour_alone()
    {
        using var first = await StartAsync();
        using var upload = await PausedUpload.StartAsync(
            first.BaseAddress, ServerFixture.Repository, ServerFixture.WriteSecret, Wheels.Build("slow", "1.0", payload: 1_000_000, random: true));
        await Eventually.HoldsAsync("the upload is being staged", () => new Storage(_root.Path).Staged.Count == 1);

        using var second = await StartAsync();

        Assert.Equal(200, (await upload.FinishAsync()).Status);
        Assert.Empty(new Storage(_root.Path).Staged);
    }

    public void Dispose() => _root.Dispose();

    private Task<PyWharfProcess> StartAsync() => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);

    private static HttpClient Writer(PyWharfProcess server) => server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
}
