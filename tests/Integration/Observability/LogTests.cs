using System.Text.Json;
using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Observability;

/// <summary>What the server writes: log, access log and request ids, as text and as JSON.</summary>
public sealed class LogTests : IDisposable
{
    private const string Config =
        """
        [team]
        type = "file_system"
        read_secret = "r3ad"
        write_secret = "wr1te"
        """;

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_request_is_a_line_of_text_by_default()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--access_log=True");
        using var reader = server.Client("team", "r3ad");

        var id = (await reader.AskAsync("/simple/?query=secret-or-not", ("User-Agent", "pip/1 \"quoted\""))).With(200)["X-Request-ID"];

        await Eventually.HoldsAsync("the line is written", () => server.Log.Contains($"{id}\n", StringComparison.Ordinal));
        Assert.Matches(
            $"""(?m)^\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ access: 127\.0\.0\.1 "read secret" "GET /simple/" 200 \d+ \d+\.\dms "pip/1 \\"quoted\\"" {Regex.Escape(id ?? "")}$""",
            server.Log);
        Assert.DoesNotContain("r3ad", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-or-not", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_it_there_is_none()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--access_log=False");
        using var reader = server.Client("team", "r3ad");
        (await reader.AskAsync("/simple/")).With(200);

        Assert.Equal(0, await server.TerminateAsync());

        Assert.DoesNotContain("access:", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_every_line_is_an_object()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--access_log=True", "--log_format=json", "--threads=4");
        using var writer = server.Client("team", "wr1te");
        var wheel = Wheels.Build("demo", "1.0");
        (await writer.UploadAsync(wheel)).With(200);
        var page = (await writer.AskAsync("/simple/demo/", ("User-Agent", "pip/1"))).With(200);
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync("it was read again", () => server.Log.Contains("was read again", StringComparison.Ordinal));

        Assert.Equal(0, await server.TerminateAsync());

        var lines = server.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(lines, line => Assert.True(line.GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UnixEpoch));
        Assert.Contains(lines, line => line.GetProperty("level").GetString() == "warning" && MessageOf(line).Contains("--threads", StringComparison.Ordinal));
        Assert.Contains(lines, line => MessageOf(line).StartsWith("Listening on http://", StringComparison.Ordinal));
        var accesses = lines.Where(line => line.GetProperty("category").GetString() == "access").ToList();
        Assert.Equal(2, accesses.Count);
        var last = accesses[1];
        Assert.Equal("127.0.0.1", last.GetProperty("address").GetString());
        Assert.Equal("write secret", last.GetProperty("actor").GetString());
        Assert.Equal("GET", last.GetProperty("method").GetString());
        Assert.Equal("/simple/demo/", last.GetProperty("path").GetString());
        Assert.Equal(200, last.GetProperty("status").GetInt32());
        Assert.Equal(page.Bytes.Length, last.GetProperty("bytes").GetInt64());
        Assert.InRange(last.GetProperty("duration").GetDouble(), 0, 60);
        Assert.Equal("pip/1", last.GetProperty("user_agent").GetString());
        Assert.Equal(page["X-Request-ID"], last.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task A_failed_start_is_an_object_too()
    {
        await File.WriteAllTextAsync(_root.At("config.toml"), "[team");

        var failed = await PyWharfProcess.RunAsync(["server", _root.Path, $"--config={_root.At("config.toml")}", "--log_format=json"]);

        Assert.Equal(1, failed.ExitCode);
        var line = Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("config.toml:1:", MessageOf(JsonDocument.Parse(line).RootElement), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--log_format=xml")]
    [InlineData("--log_format=1")]
    [InlineData("--log_level=loud")]
    [InlineData("--access_log=maybe")]
    public async Task What_is_unknown_is_wrong_usage(string flag) =>
        Assert.Equal(2, (await PyWharfProcess.RunAsync(["server", _root.Path, flag])).ExitCode);

    [Fact]
    public async Task A_level_leaves_out_what_is_below_it()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--log_level=error");
        Assert.Equal(0, await server.TerminateAsync());

        Assert.DoesNotContain(" info: ", server.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--trusted_proxy=127.0.0.1", "given-by.nginx_1", "with spaces", "forged\"quote")]
    [InlineData("--trusted_proxy=192.0.2.1", null, "a-strangers")]
    public async Task The_id_of_a_request_is_that_of_a_trusted_proxy(string flag, string? taken, params string[] refused)
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--access_log=True", flag);
        using var client = server.Client();

        foreach (var sent in refused.Append(taken).OfType<string>())
        {
            var answered = (await client.AskAsync("/simple/", ("X-Request-ID", sent))).With(401)["X-Request-ID"] ?? "";

            Assert.Equal(sent == taken, answered == sent);
            Assert.NotEmpty(answered);
            await Eventually.HoldsAsync("the line is written", () => server.Log.Contains($"{answered}\n", StringComparison.Ordinal));
            Assert.Equal(sent == taken, server.Log.Contains(sent, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Audit_log_and_access_log_have_the_same_id()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config, "--access_log=True");
        using var writer = server.Client("team", "wr1te");
        var id = (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200)["X-Request-ID"] ?? "";

        await Eventually.HoldsAsync("the line is written", () => server.Log.Contains($"{id}\n", StringComparison.Ordinal));
        Assert.Contains(id, await File.ReadAllTextAsync(_root.At("log", "audit.jsonl")), StringComparison.Ordinal);
    }

    /// <summary>The pipe has no room after some hundred lines, and nobody reads it.</summary>
    [Fact]
    public async Task A_log_that_nobody_reads_holds_nobody_up()
    {
        await File.WriteAllTextAsync(_root.At("config.toml"), Config);
        using var server = await PyWharfProcess.StartUnreadAsync(_root.At("stderr"), ["server", _root.Path, "--host=127.0.0.1", "--port=0", "--extra_index_url=", $"--config={_root.At("config.toml")}"]);
        using var client = server.Client();

        for (var number = 0; number < 1_000; number++)
        {
            (await client.AskAsync("/health/live", ("User-Agent", new string('u', 250)))).With(200);
        }

        Assert.Equal(0, await server.TerminateAsync());
    }

    private static string MessageOf(JsonElement line) => line.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "";
}
