using System.Net.Http.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Sync;

/// <summary>Two servers on one root, as a rolling update has them, or a company with one network folder.</summary>
public sealed class ProcessesOnOneRootTests(ProcessesOnOneRootTests.Servers servers) : IClassFixture<ProcessesOnOneRootTests.Servers>
{
    private List<HttpClient> Clients => servers.Clients;

    /// <summary>Many times, as what is passed on by a clock is there in time now and then.</summary>
    [Theory]
    [InlineData("page")]
    [InlineData("file")]
    [InlineData("metadata")]
    [InlineData("list")]
    [InlineData("search")]
    [InlineData("json")]
    [InlineData("json of a version")]
    public async Task What_one_published_the_other_shows_in_the_very_next_request(string what)
    {
        for (var round = 0; round < 10; round++)
        {
            var (here, there) = (Clients[round % 2], Clients[1 - (round % 2)]);
            var project = $"next-{what.Replace(' ', '-')}-{round}";
            var wheel = Wheels.Build(project, "1.0");
            (await here.UploadAsync(wheel)).With(200);

            var answer = await there.AskAsync(what switch
            {
                "page" => $"/simple/{project}/",
                "file" => $"/simple/{project}/{wheel.Filename}",
                "metadata" => $"/simple/{project}/{wheel.Filename}.metadata",
                "list" => "/simple/",
                "search" => $"/search?q={project}",
                "json" => $"/pypi/{project}/json",
                _ => $"/pypi/{project}/1.0/json",
            });

            answer.With(200);
            if (what == "list")
            {
                Assert.Contains(project, answer.Text, StringComparison.Ordinal);
            }
            else if (what == "search")
            {
                Assert.Equal(1, answer.Json.GetProperty("total").GetInt32());
            }
        }
    }

    [Fact]
    public async Task A_second_file_of_a_project_is_on_the_page_of_the_other_in_the_very_next_request()
    {
        for (var round = 0; round < 20; round++)
        {
            var wheel = Wheels.Build("grows", $"1.{round}");
            (await Clients[round % 2].UploadAsync(wheel)).With(200);

            Assert.Contains(wheel.Filename, await Clients[1 - (round % 2)].FilenamesAsync("grows"));
        }
    }

    [Fact]
    public async Task What_one_decided_the_other_heeds_in_the_very_next_request()
    {
        (await Clients[0].UploadAsync(Wheels.Build("decided", "1.0"))).With(200);
        for (var round = 0; round < 5; round++)
        {
            await SetStatusAsync(Clients[0], "quarantined");
            (await Clients[1].AskAsync("/simple/decided/decided-1.0-py3-none-any.whl")).With(403);

            await SetStatusAsync(Clients[1], "active");
            (await Clients[0].AskAsync("/simple/decided/decided-1.0-py3-none-any.whl")).With(200);
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

    private static async Task SetStatusAsync(HttpClient client, string status)
    {
        using var body = JsonContent.Create(new { status });
        using var response = await client.PutAsync("/api/projects/decided/status", body);
        response.EnsureSuccessStatusCode();
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
