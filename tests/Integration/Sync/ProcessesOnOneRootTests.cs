using PyWharf.Integration.Support;

namespace PyWharf.Integration.Sync;

/// <summary>Two servers on one root, as a rolling update has them, or a company with one network folder.</summary>
public sealed class ProcessesOnOneRootTests(ProcessesOnOneRootTests.Servers servers) : IClassFixture<ProcessesOnOneRootTests.Servers>
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
    }
}
