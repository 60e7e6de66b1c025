using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

/// <summary>The lines that changes, refusals and the server itself leave in the audit log.</summary>
public sealed class AuditedChangesTests : IDisposable
{
    private static readonly Distribution Wheel = Wheels.Build("demo", "1.0");

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Every_change_has_one_line_that_says_what_who_and_from_where()
    {
        using var server = await ServeAsync("--trusted_proxy=127.0.0.1");
        using var writer = Writer(server);
        writer.DefaultRequestHeaders.Add("X-Forwarded-For", "2001:db8::7");

        (await writer.UploadAsync(Wheel)).With(200);
        (await writer.UploadAsync(Wheel)).With(200);
        (await writer.AskAsync(HttpMethod.Put, $"/api/projects/demo/files/{Wheel.Filename}/yank")).With(200);
        (await writer.AskAsync(HttpMethod.Put, $"/api/projects/demo/files/{Wheel.Filename}/yank")).With(200);
        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0/yank")).With(200);
        (await writer.SendAsync(new HttpRequestMessage(HttpMethod.Put, "/api/projects/demo/status") { Content = JsonBody("""{"status": "deprecated", "reason": "use other"}""") })).EnsureSuccessStatusCode();
        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(200);
        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(200);
        Assert.Equal(0, await server.TerminateAsync());

        var lines = WrittenEvents.Of(_root.Path);
        Assert.Equal(["server_started", "publish", "yank", "unyank", "status", "delete", "server_stopped"], lines.Select(line => line.Text("event")));
        Assert.All(lines, line => Assert.Equal("ok", line.Text("outcome")));
        Assert.Null(lines[0].Text("previous"));
        foreach (var line in lines.Skip(1).SkipLast(1))
        {
            Assert.Equal(("local", "demo", "secret write secret", "2001:db8::7"), (line.Text("repository"), line.Text("project"), line.Actor(), line.Text("address")));
            Assert.NotNull(line.Text("request_id"));
            Assert.Equal(line.Text("event") == "status" ? (null, null) : (Wheel.Filename, Wheel.Sha256), (line.Text("file"), line.Text("sha256")));
        }

        Assert.Equal(("deprecated", "use other"), (lines[4].Text("status"), lines[4].Text("reason")));
        Assert.DoesNotContain(ServerFixture.WriteSecret, File.ReadAllText(WrittenEvents.PathIn(_root.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_of_those_who_are_known_are_lines_with_the_reason()
    {
        using var server = await ServeAsync();
        using var writer = Writer(server);
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        (await writer.UploadAsync(Wheel)).With(200);

        (await writer.UploadAsync(Wheels.Build("demo", "1.0", payload: 10))).With(409);
        (await writer.UploadAsync(ClientForm.LikeTwine(Wheels.Build("demo", "2.0")).With("sha256_digest", new string('0', 64)))).With(400);
        (await reader.UploadAsync(Wheels.Build("demo", "3.0"))).With(403);
        (await reader.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(403);
        using var stranger = server.Client(ServerFixture.Repository, "wrong");
        (await stranger.UploadAsync(Wheels.Build("demo", "4.0"))).With(401);

        var refused = WrittenEvents.Of(_root.Path, "publish", "delete").Where(line => line.Text("outcome") == "refused").ToList();
        Assert.Equal(
            [("publish", "demo", "secret write secret"), ("publish", "demo", "secret write secret"), ("publish", null, "secret read secret"), ("delete", "demo", "secret read secret")],
            refused.Select(line => (line.Text("event"), line.Text("project"), line.Actor())));
        Assert.StartsWith("File already exists", refused[0].Text("reason"), StringComparison.Ordinal);
        Assert.All(refused, line => Assert.NotNull(line.Text("reason")));
    }

    [Fact]
    public async Task Commands_without_a_server_write_to_the_same_chain()
    {
        using (var server = await ServeAsync())
        {
            using var writer = Writer(server);
            (await writer.UploadAsync(Wheel)).With(200);
            (await RunAsync("yank", "local", "demo", "1.0", "--reason=breaks")).Succeeded();
        }

        (await RunAsync("delete", "local", "demo", Wheel.Filename)).Succeeded();

        var lines = WrittenEvents.Of(_root.Path, "yank", "delete");
        Assert.Equal(["yank", "delete"], lines.Select(line => line.Text("event")));
        Assert.All(lines, line => Assert.Equal(($"command {Environment.UserName}", null, null), (line.Actor(), line.Text("address"), line.Text("request_id"))));
        Assert.Equal("breaks", lines[0].Text("reason"));
    }

    [Fact]
    public async Task Where_the_log_can_not_be_written_nothing_changes_and_reading_goes_on()
    {
        using var server = await ServeAsync();
        using var writer = Writer(server);
        (await writer.UploadAsync(Wheel)).With(200);
        Directory.Move(_root.At("log"), _root.At("kept"));
        await File.WriteAllTextAsync(_root.At("log"), "no folder");

        var refused = (await writer.UploadAsync(Wheels.Build("demo", "2.0"))).With(503);
        (await writer.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(503);

        Assert.Contains("audit log", refused.Text, StringComparison.Ordinal);
        Assert.Equal([Wheel.Filename], await writer.FilenamesAsync("demo"));
        Assert.DoesNotContain("data-yanked", (await writer.AskAsync("/simple/demo/")).Text, StringComparison.Ordinal);
        File.Delete(_root.At("log"));
        Directory.Move(_root.At("kept"), _root.At("log"));
        (await writer.UploadAsync(Wheels.Build("demo", "2.0"))).With(200);
    }

    [FactWhen(Needs.Mount)]
    public async Task On_a_full_disk_nothing_changes_without_its_line_and_reading_goes_on()
    {
        using var disk = await TinyDisk.MountAsync(megabytes: 1);
        Directory.CreateSymbolicLink(_root.At("log"), disk.Path);
        using var server = await ServeAsync();
        using var writer = Writer(server);
        (await writer.UploadAsync(Wheel)).With(200);
        disk.FillBut(0);
        var written = 0;

        // A page of the file may have room for some lines.
        while ((await writer.UploadAsync(Wheels.Build("demo", $"2.{written}"))).Status == 200)
        {
            written++;
        }

        (await writer.UploadAsync(Wheels.Build("demo", "3.0"))).With(507);
        (await writer.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(507);
        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(507);
        Assert.Equal(1 + written, (await writer.FilenamesAsync("demo")).Count);
        Assert.Equal(1 + written, WrittenEvents.Of(_root.Path, "publish").Count);
        (await writer.AskAsync($"/simple/demo/{Wheel.Filename}")).With(200);
        disk.Free();
        (await writer.UploadAsync(Wheels.Build("demo", "3.0"))).With(200);
    }

    private static StringContent JsonBody(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static HttpClient Writer(PyWharfProcess server) => server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

    private Task<PyWharfProcess> ServeAsync(params string[] flags) => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, flags);

    private Task<ProcessResult> RunAsync(params string[] args) => PyWharfProcess.RunAsync([.. args, "--root", _root.Path]);
}
