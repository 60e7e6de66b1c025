using System.Globalization;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Observability;

/// <summary>GET /metrics.</summary>
public sealed class MetricsTests : IDisposable
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
    public async Task Uploads_are_counted_by_what_became_of_them()
    {
        using var server = await StartAsync();
        using var writer = server.Client("team", "wr1te");
        using var reader = server.Client("team", "r3ad");
        var wheel = Wheels.Build("demo", "1.0");

        (await writer.UploadAsync(wheel)).With(200);
        (await writer.UploadAsync(wheel)).With(200);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0", payload: 10))).With(409);
        (await writer.UploadAsync(ClientForm.LikeTwine(wheel).Without("name"))).With(400);
        (await reader.UploadAsync(wheel)).With(403);

        var metrics = await MetricsAsync(server);
        Assert.Equal(1, metrics.Value("pywharf_uploads_total", ("repository", "team"), ("outcome", "published")));
        Assert.Equal(1, metrics.Value("pywharf_uploads_total", ("repository", "team"), ("outcome", "unchanged")));
        Assert.Equal(1, metrics.Value("pywharf_uploads_total", ("repository", "team"), ("outcome", "conflict")));
        Assert.Equal(1, metrics.Value("pywharf_uploads_total", ("repository", "team"), ("outcome", "invalid")));
        Assert.Equal(1, metrics.Value("pywharf_uploads_total", ("repository", "team"), ("outcome", "forbidden")));
        Assert.Equal(wheel.Content.Length, metrics.Value("pywharf_upload_bytes_total"));
    }

    [Fact]
    public async Task Downloads_are_counted_by_their_bytes()
    {
        using var server = await StartAsync();
        using var writer = server.Client("team", "wr1te");
        var wheel = Wheels.Build("demo", "1.0", payload: 1000);
        (await writer.UploadAsync(wheel)).With(200);

        (await writer.AskAsync($"/simple/demo/{wheel.Filename}")).With(200);
        (await writer.AskAsync($"/simple/demo/{wheel.Filename}", ("Range", "bytes=0-99"))).With(206);
        (await writer.AskAsync(HttpMethod.Head, $"/simple/demo/{wheel.Filename}")).With(200);
        (await writer.AskAsync($"/simple/demo/{wheel.Filename}", ("If-None-Match", $"\"{wheel.Sha256}\""))).With(304);

        var metrics = await MetricsAsync(server);
        Assert.Equal(wheel.Content.Length + 100, metrics.Value("pywharf_download_bytes_total", ("repository", "team")));
        Assert.Equal(4, metrics.Value("pywharf_backend_requests_total", ("repository", "team"), ("operation", "open"), ("outcome", "ok")));
        Assert.Equal(1, metrics.Value("pywharf_backend_requests_total", ("repository", "team"), ("operation", "publish"), ("outcome", "ok")));
    }

    [Fact]
    public async Task Only_wrong_credentials_are_login_failures()
    {
        using var server = await StartAsync();
        using var nobody = server.Client();
        using var wrong = server.Client("team", "guessed");
        using var lost = server.Client("nowhere", "guessed");

        (await nobody.AskAsync("/simple/")).With(401);
        (await wrong.AskAsync("/simple/")).With(401);
        (await lost.AskAsync("/simple/")).With(401);

        var metrics = await MetricsAsync(server);
        Assert.Equal(1, metrics.Value("pywharf_login_failures_total", ("repository", "team")));
        Assert.Equal(1, metrics.Value("pywharf_login_failures_total", ("repository", "")));
        Assert.DoesNotContain("nowhere", metrics.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_is_a_gauge()
    {
        using var server = await StartAsync();
        using var writer = server.Client("team", "wr1te");
        await writer.PublishAsync(Wheels.Build("one", "1.0"), Wheels.Build("one", "2.0"), Wheels.Build("two", "1.0"));

        var metrics = await MetricsAsync(server);

        Assert.Equal(3, metrics.Value("pywharf_index_files", ("repository", "team")));
        Assert.Equal(2, metrics.Value("pywharf_index_projects", ("repository", "team")));
        Assert.InRange(metrics.Value("pywharf_index_age_seconds", ("repository", "team")) ?? -1, 0, 3600);
        Assert.Equal(0, metrics.Value("pywharf_sessions"));
        Assert.Contains("pywharf_build_info{", metrics.Text, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds_bucket{", metrics.Text, StringComparison.Ordinal);
        Assert.Contains("http_route=\"/simple\"", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_label_is_a_clients_choice()
    {
        using var server = await StartAsync();
        using var client = server.Client("team", "r3ad");

        await client.AskAsync("/simple/strange-project/");
        await client.AskAsync("/strange-repository/simple/strange-project/");
        await client.AskAsync(new HttpMethod("STRANGE"), "/simple/");
        await client.AskAsync("/simple/", ("Host", "strange.example"), ("X-Forwarded-Proto", "strange"), ("User-Agent", "strange"));

        Assert.DoesNotContain("strange", (await MetricsAsync(server)).Text, StringComparison.OrdinalIgnoreCase);
    }

    [FactWhen(Needs.Promtool)]
    public async Task Prometheus_reads_them()
    {
        using var server = await StartAsync();
        using var writer = server.Client("team", "wr1te");
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        using var wrong = server.Client("team", "guessed");
        (await wrong.AskAsync("/simple/")).With(401);

        var read = await ChildProcess.RunAsync(ChildProcess.Describe("promtool", ["check", "metrics"], []), (await MetricsAsync(server)).Text);

        // 3 is advice on names, which the semantic conventions have chosen: that of ours would be a fault.
        Assert.True(read.ExitCode is 0 or 3, read.ToString());
        Assert.DoesNotContain("pywharf_", read.Stdout + read.Stderr, StringComparison.Ordinal);
    }

    // An address that is forwarded, and what it gets; "" is none. The last of several is what the proxy itself has seen.
    [Theory]
    [InlineData("", "|200", "127.0.0.1|404")] // by a proxy that is not trusted
    [InlineData("--trusted_proxy=127.0.0.1", "127.0.0.1|200", "192.0.2.7|404", "127.0.0.1, 192.0.2.7|404")]
    [InlineData("--trusted_proxy=127.0.0.1 --metrics_from=192.0.2.0/24", "192.0.2.7|200", "198.51.100.1, 192.0.2.7|200", "192.0.2.7, 198.51.100.1|404")]
    [InlineData("--metrics_from=192.0.2.0/24", "192.0.2.7|404", "|200")]
    public async Task They_are_for_this_machine_and_named_networks(string flags, params string[] cases)
    {
        using var server = await StartAsync(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        using var client = server.Client();

        foreach (var (forwardedFor, status) in cases.Select(pair => (pair.Split('|')[0], int.Parse(pair.Split('|')[1], CultureInfo.InvariantCulture))))
        {
            (await client.AskAsync("/metrics", forwardedFor.Length == 0 ? [] : [("X-Forwarded-For", forwardedFor)])).With(status);

            // Nor does it help to claim what the middleware for trusted proxies would note.
            (await client.AskAsync("/metrics", [("X-Original-For", "127.0.0.1:5"), .. forwardedFor.Length == 0 ? [] : new[] { ("X-Forwarded-For", forwardedFor) }])).With(status);
        }
    }

    private Task<PyWharfProcess> StartAsync(params string[] flags) => PyWharfProcess.StartAsync(_root.Path, Config, flags);

    private static async Task<Metrics> MetricsAsync(PyWharfProcess server)
    {
        using var client = server.Client();

        return new Metrics((await client.AskAsync("/metrics")).With(200).Text);
    }

    private sealed record Metrics(string Text)
    {
        /// <summary>The value of the series with these labels, whatever others it has; null if there is none.</summary>
        public double? Value(string name, params (string Name, string Value)[] labels)
        {
            var line = Text.Split('\n').SingleOrDefault(line =>
                line.StartsWith(name + "{", StringComparison.Ordinal)
                && labels.All(label => line.Contains($"{label.Name}=\"{label.Value}\"", StringComparison.Ordinal)));

            return line is null ? null : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }
    }
}
