using PyWharf.Integration.Support;
using PyWharf.Integration.Upstream;

namespace PyWharf.Integration.Management;

/// <summary>A project whose record can't be read is closed: nothing of it is offered or accepted.</summary>
public sealed class UnreadableRecordTests : IAsyncLifetime, IDisposable
{
    private const string Config = ServerFixture.Config + "sync_index_interval = 1\n";

    // A project for each, in quarantine and with a deleted file, and what becomes of its record.
    private static readonly Dictionary<string, Action<string>> Damages = new()
    {
        ["stray-byte"] = path => File.AppendAllText(path, "x"),
        ["garbage"] = path => File.WriteAllBytes(path, [0xFF, 0xFE, 0, 1]),
        ["emptied"] = path => File.WriteAllText(path, ""),
        ["zeroed"] = path => File.WriteAllBytes(path, new byte[new FileInfo(path).Length]),
        ["first-line"] = path => File.WriteAllText(path, File.ReadAllLines(path)[0] + "\n"),
        ["first-table"] = path => File.WriteAllText(path, string.Concat(File.ReadLines(path).TakeWhile(line => !line.StartsWith('[')).Select(line => line + "\n"))),
        ["unknown-key"] = path => File.WriteAllText(path, "version = 2\n"),
        ["too-large"] = path => File.WriteAllText(path, new string('#', 17 * 1024 * 1024)),
        ["pipe"] = path => OddFile.Put(path, "pipe"),
        ["folder"] = path => OddFile.Put(path, "folder"),
        ["dangling-link"] = path => OddFile.Put(path, "link to nothing"),
        ["link"] = path =>
        {
            File.Copy(path, path + ".elsewhere");
            File.Delete(path);
            File.CreateSymbolicLink(path, path + ".elsewhere");
        },
    };

    private readonly TempFolder _root = new();
    private FakeIndex? _upstream;

    private FakeIndex Upstream => _upstream ?? throw new InvalidOperationException();

    public async Task InitializeAsync() => _upstream = await FakeIndex.StartAsync();

    public async Task DisposeAsync() => await Upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Its_project_is_known_and_offers_nothing_to_a_new_catalog_and_the_others_go_on()
    {
        using (var server = await StartAsync())
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            foreach (var project in Damages.Keys)
            {
                await ManageAsync(writer, project);
            }

            await ManageAsync(writer, "sound");
            (await writer.UploadAsync(Wheels.Build("free", "1.0"))).With(200);
            await server.TerminateAsync();
        }

        foreach (var (project, damage) in Damages)
        {
            damage(RecordOf(project));
        }

        Directory.Delete(_root.At("index"), recursive: true);
        using var restarted = await StartAsync();
        using var client = restarted.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

        foreach (var project in Damages.Keys)
        {
            await AssertClosedAsync(client, project);
            Assert.Contains($"says about {project} can't be read", restarted.Log, StringComparison.Ordinal);
        }

        (await client.AskAsync($"/simple/sound/{WheelOf("sound", "1.0").Filename}")).With(403);
        Assert.Equal(["free-1.0-py3-none-any.whl"], await client.FilenamesAsync("free"));
        Assert.Equal("free", Assert.Single(await client.ReadProjectsAsync()));
        Assert.Empty(Upstream.Requests);
    }

    [Fact]
    public async Task It_counts_in_a_running_server_from_the_next_look_on_and_until_it_is_mended()
    {
        using var server = await StartAsync();
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var wheel = WheelOf("demo", "1.0");
        (await client.UploadAsync(wheel)).With(200);
        (await client.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);
        var whole = await File.ReadAllBytesAsync(RecordOf("demo"));

        // In its place, so that the folder shows nothing of it.
        await File.WriteAllBytesAsync(RecordOf("demo"), [.. whole, (byte)'x']);
        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("demo")).Count == 0);
        await AssertClosedAsync(client, "demo");

        await File.WriteAllBytesAsync(RecordOf("demo"), whole);
        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("demo")).Count == 1);
        (await client.AskAsync($"/simple/demo/{wheel.Filename}")).With(200);
        Assert.Single(server.Log.Split('\n'), line => line.Contains("says about demo can't be read", StringComparison.Ordinal));
        Assert.Contains("demo can be read again", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_finds_it_is_refused_and_closes_its_project_at_once()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config); // which looks once a minute
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        (await client.UploadAsync(WheelOf("demo", "1.0"))).With(200);
        await File.WriteAllTextAsync(RecordOf("demo"), "status = ");

        (await client.UploadAsync(WheelOf("demo", "2.0"))).With(503);

        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("demo")).Count == 0);
        await AssertClosedAsync(client, "demo");
    }

    private Task<PyWharfProcess> StartAsync() => PyWharfProcess.StartAsync(_root.Path, Config, $"--extra_index_url={Upstream.Origin}simple/");

    private string RecordOf(string project) => _root.At("cache", ServerFixture.Repository, "storage", project, ".project.toml");

    private static Distribution WheelOf(string project, string version) => Wheels.Build(project, version);

    private static async Task ManageAsync(HttpClient writer, string project)
    {
        (await writer.UploadAsync(WheelOf(project, "1.0"))).With(200);
        (await writer.UploadAsync(WheelOf(project, "2.0"))).With(200);
        (await writer.AskAsync(HttpMethod.Delete, $"/api/projects/{project}/versions/2.0")).With(200);
        using var body = new StringContent("""{"status": "quarantined", "reason": "malware"}""");
        using var answer = await writer.PutAsync(new Uri($"/api/projects/{project}/status", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private async Task AssertClosedAsync(HttpClient client, string project)
    {
        var page = await client.ProjectAsync(project);
        Assert.Empty(page.GetProperty("files").EnumerateArray());
        Assert.Equal("quarantined", page.GetProperty("project-status").GetProperty("status").GetString());

        var wheel = WheelOf(project, "1.0");
        using var status = new StringContent("""{"status": "active"}""");
        foreach (var answer in (Answer[])
        [
            await client.AskAsync($"/simple/{project}/{wheel.Filename}"),
            await client.AskAsync($"/simple/{project}/{wheel.Filename}.metadata"),
            await client.AskAsync($"/pypi/{project}/json"),
            await client.AskAsync($"/api/projects/{project}"),
            await client.AskAsync(HttpMethod.Put, $"/api/projects/{project}/versions/1.0/yank"),
            await client.AskAsync(HttpMethod.Delete, $"/api/projects/{project}/versions/1.0"),
            await Answer.ReadAsync(await client.PutAsync(new Uri($"/api/projects/{project}/status", UriKind.Relative), status)),
            await client.UploadAsync(WheelOf(project, "3.0")),
        ])
        {
            Assert.Contains($"the project {project} can't be read", answer.With(503).Text, StringComparison.Ordinal);
            Assert.DoesNotContain(_root.Path, answer.ToString(), StringComparison.Ordinal);
            Assert.NotNull(answer["Retry-After"]);
        }

        Assert.DoesNotContain(project, await client.ReadProjectsAsync());
    }
}
