using PyWharf.Integration.Support;

namespace PyWharf.Integration.Sync;

/// <summary>Two servers on one root, as a rolling update has them, or a company with one network folder.</summary>
public sealed class SeveralProcessesTests(SeveralProcessesTests.Servers servers) : IClassFixture<SeveralProcessesTests.Servers>
{
    // Far less than the sixty seconds after which the storage is looked at: what comes this soon was passed on.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(25);

    private List<HttpClient> Clients => servers.Clients;

    [Fact]
    public async Task What_one_publishes_the_other_shows_soon()
    {
        foreach (var (here, there) in new[] { (0, 1), (1, 0), (0, 1) })
        {
            var wheel = Wheels.Build("passed-on", $"{here}.{there}.{(await Clients[here].FilenamesAsync("passed-on")).Count}");
            (await Clients[here].UploadAsync(wheel)).With(200);

            await Eventually.HoldsAsync(async () => (await Clients[there].FilenamesAsync("passed-on")).Contains(wheel.Filename), Soon);

            Assert.Equal(wheel.Content, (await Clients[there].AskAsync($"/simple/passed-on/{wheel.Filename}")).With(200).Bytes);
        }
    }

    [Fact]
    public async Task A_name_that_one_gave_away_is_taken_at_the_other_at_once()
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            var wheel = Wheels.Build("taken", $"{number}.0");
            (await Clients[0].UploadAsync(wheel)).With(200);

            (await Clients[1].UploadAsync(Wheels.Build("taken", $"{number}.0", payload: 10))).With(409);
            (await Clients[1].UploadAsync(wheel)).With(200);
            Assert.Contains(wheel.Filename, await Clients[1].FilenamesAsync("taken"));
        }
    }

    [Fact]
    public async Task Of_two_uploads_of_one_name_at_both_exactly_one_is_published()
    {
        for (var round = 1; round <= 10; round++)
        {
            Distribution[] rivals = [Wheels.Build("rivals", $"{round}.0"), Wheels.Build("rivals", $"{round}.0", payload: 1000)];

            var answers = await Task.WhenAll(Clients[0].UploadAsync(rivals[0]), Clients[1].UploadAsync(rivals[1]));

            Assert.Equal([200, 409], answers.Select(answer => answer.Status).Order());
            var winner = rivals[Array.FindIndex(answers, answer => answer.Status == 200)];
            Assert.Equal(winner.Content, await File.ReadAllBytesAsync(servers.PathOf(winner)));
        }
    }

    [Fact]
    public async Task Uploads_to_both_are_all_in_the_index_of_both()
    {
        var wheels = Enumerable.Range(1, 30).Select(number => Wheels.Build("both", $"{number}.0")).ToList();

        await Parallel.ForEachAsync(wheels, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (wheel, _) =>
            (await Clients[wheel.Version.Length % 2].UploadAsync(wheel)).With(200));

        foreach (var client in Clients)
        {
            await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("both")).Count == wheels.Count, Soon);
        }
    }

    /// <summary>The two.</summary>
    public sealed class Servers : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private readonly List<PyWharfProcess> _servers = [];

        internal List<HttpClient> Clients { get; } = [];

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            foreach (var _ in Enumerable.Range(0, 2))
            {
                _servers.Add(await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config));
                Clients.Add(_servers[^1].Client(ServerFixture.Repository, ServerFixture.WriteSecret));
            }
        }

        /// <inheritdoc/>
        public Task DisposeAsync() => Task.CompletedTask;

        /// <inheritdoc/>
        public void Dispose()
        {
            Clients.ForEach(client => client.Dispose());
            _servers.ForEach(server => server.Dispose());
            _root.Dispose();
        }

        internal string PathOf(Distribution file) => _root.At("cache", ServerFixture.Repository, "storage", file.Name, file.Filename);
    }
}
