using System.Text.Json;
using PyWharf.Application.Access;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

/// <summary>GET /api/audit: the events for administrators.</summary>
public sealed class AuditApiTests : IDisposable
{
    private static readonly string AdminToken = TokenText.New().Reveal();
    private static readonly string LimitedToken = TokenText.New().Reveal();

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_newest_events_come_first_each_as_its_line_has_it()
    {
        using var server = await ServeAsync();
        using var writer = Writer(server);
        await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("other", "1.0"));
        (await writer.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);

        var lines = WrittenEvents.Of(_root.Path).Reverse().Select(line => line.GetRawText()).ToList();

        Assert.Equal(4, lines.Count);
        Assert.Equal(lines, await EventsAsync(writer, ""));
        Assert.Equal(lines, await EventsAsync(writer, "", "/local/api/audit"));
        Assert.Equal(lines[..2], await EventsAsync(writer, "limit=2"));
        Assert.Equal([lines[0]], await EventsAsync(writer, "event=yank"));
        Assert.Equal(lines[1..3], await EventsAsync(writer, "event=publish"));
        Assert.Equal([lines[0], lines[2]], await EventsAsync(writer, "project=Demo"));
        Assert.Equal([lines[2]], await EventsAsync(writer, "project=demo&event=publish"));
        Assert.Equal(lines, await EventsAsync(writer, "since=2000-01-01"));
        Assert.Equal(lines[..2], await EventsAsync(writer, $"since={JsonDocument.Parse(lines[1]).RootElement.Text("time")}"));
        Assert.Empty(await EventsAsync(writer, "since=2999-01-01T00:00:00Z"));
        Assert.Equal(lines[2..], await EventsAsync(writer, $"before={JsonDocument.Parse(lines[1]).RootElement.Text("previous")}"));
        Assert.Equal([lines[3]], await EventsAsync(writer, $"event=server_started&before={JsonDocument.Parse(lines[0]).RootElement.Text("previous")}"));
        Assert.Empty(await EventsAsync(writer, $"before={new string('0', 64)}"));
        Assert.Equal("", (await writer.AskAsync(HttpMethod.Head, "/api/audit")).With(200).Text);
    }

    [Theory]
    [InlineData("event=published", "login_failed, token_created")]
    [InlineData("since=yesterday", "2026-11-27T12:00:00Z")]
    [InlineData("limit=0", "from 1 to 1000")]
    [InlineData("limit=1001", "from 1 to 1000")]
    [InlineData("limit=-1", "number")]
    [InlineData("project=-", "no project name")]
    [InlineData("before=-", "a SHA-256")]
    public async Task What_can_not_be_understood_is_400(string query, string says)
    {
        using var server = await ServeAsync();

        var answer = await Writer(server).AskAsync($"/api/audit?{query}");

        Assert.Contains(says, answer.With(400).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_sees_the_events_of_their_repository_and_projects_only()
    {
        using var server = await ServeAsync();
        await Writer(server).PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("other", "1.0"));
        await server.Client("second", "s3cond").PublishAsync(Wheels.Build("hidden", "1.0"));

        Assert.Equal(["other", "demo", ""], await ProjectsAsync(server.Client("__token__", AdminToken)));
        Assert.Equal(["hidden", ""], await ProjectsAsync(server.Client("second", "s3cond")));
        Assert.Equal(["demo"], await ProjectsAsync(server.Client("__token__", LimitedToken)));
        (await server.Client(ServerFixture.Repository, ServerFixture.ReadSecret).AskAsync("/api/audit")).With(403);
        (await server.Client(ServerFixture.Repository, "wrong").AskAsync("/api/audit")).With(401);
        (await server.Client("__token__", AdminToken).AskAsync("/second/api/audit")).With(401);
    }

    [Fact]
    public async Task Events_are_found_in_full_files_too()
    {
        using var server = await ServeAsync("--audit_max_bytes=1500");
        using var writer = Writer(server);
        await writer.PublishAsync(Enumerable.Range(0, 20).Select(number => Wheels.Build("demo", $"1.{number}")));

        Assert.Equal(21, (await EventsAsync(writer, "limit=1000")).Count);
        Assert.Contains("server_started", Assert.Single(await EventsAsync(writer, "event=server_started")), StringComparison.Ordinal);
    }

    private static HttpClient Writer(PyWharfProcess server) => server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

    private static async Task<IReadOnlyList<string>> EventsAsync(HttpClient client, string query, string path = "/api/audit") =>
        [.. (await client.AskAsync($"{path}?{query}")).With(200).Json.GetProperty("events").EnumerateArray().Select(line => line.GetRawText())];

    private static async Task<IEnumerable<string>> ProjectsAsync(HttpClient client) =>
        (await EventsAsync(client, "")).Select(line => JsonDocument.Parse(line).RootElement.Text("project") ?? "");

    private Task<PyWharfProcess> ServeAsync(params string[] flags) => PyWharfProcess.StartAsync(_root.Path, $"""
        {ServerFixture.Config}
        [local.tokens.boss]
        sha256 = "{Digest(AdminToken)}"
        permission = "admin"

        [local.tokens.demo-boss]
        sha256 = "{Digest(LimitedToken)}"
        permission = "admin"
        projects = ["demo"]

        [second]
        type = "file_system"
        read_secret = "r"
        write_secret = "s3cond"
        """, flags);

    private static string Digest(string token) => TokenText.DigestOf(new(token)).ToString();
}
