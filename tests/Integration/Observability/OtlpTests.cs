using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Observability;

/// <summary>Metrics and traces sent to a collector, which is named by the variables of OpenTelemetry.</summary>
public sealed class OtlpTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private readonly ConcurrentDictionary<string, string> _received = new();
    private WebApplication? _collector;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.Run(ReceiveAsync);
        await _collector.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_collector is not null)
        {
            await _collector.DisposeAsync();
        }
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_collector_gets_metrics_and_a_trace_through_use_case_and_storage_to_upstream()
    {
        var collector = _collector?.Urls.Single() ?? "";
        using var server = await StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector), $"--extra_index_url={collector.Replace("//", "//index:s3cret@", StringComparison.Ordinal)}/upstream/");
        using var writer = server.Client("team", "wr1te");
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        (await writer.AskAsync("/simple/demo/?q=qu3ry")).With(200);
        await writer.AskAsync("/simple/elsewhere/");

        await ReceivedAsync("/v1/metrics", "pywharf.uploads");
        await ReceivedAsync("/v1/metrics", "http.server.request.duration");
        await ReceivedAsync("/v1/traces", "/simple/{project}"); // the request
        await ReceivedAsync("/v1/traces", "ListFiles"); // the use case
        await ReceivedAsync("/v1/traces", "publish"); // the storage
        await ReceivedAsync("/v1/traces", "/upstream/elsewhere/"); // upstream
        var all = string.Concat(_received.Values);
        Assert.DoesNotContain("wr1te", all, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", all, StringComparison.Ordinal);
        Assert.DoesNotContain("qu3ry", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Basic ", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_away_holds_nobody_up()
    {
        using var server = await StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
        using var client = server.Client("team", "wr1te");

        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);

        Assert.Equal(0, await server.TerminateAsync());
    }

    [Fact]
    public async Task A_collector_that_is_no_url_is_an_error()
    {
        var failed = await PyWharfProcess.RunAsync(["server", _root.Path], [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]);

        Assert.Equal((1, "pywharf: OTEL_EXPORTER_OTLP_ENDPOINT must be an absolute http or https URL, such as http://127.0.0.1:4317\n"), (failed.ExitCode, failed.Stderr));
    }

    private async Task<PyWharfProcess> StartAsync((string Name, string Value) endpoint, string upstream = "--extra_index_url=")
    {
        var config = _root.At("config.toml");
        await File.WriteAllTextAsync(config, "[team]\ntype = \"file_system\"\nread_secret = \"r3ad\"\nwrite_secret = \"wr1te\"\n");

        return await PyWharfProcess.StartAsync(
            ["server", _root.At("root"), "--host=127.0.0.1", "--port=0", $"--config={config}", upstream],
            [endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "200")]);
    }

    /// <summary>The texts of protobuf are in its bytes as they are.</summary>
    private Task ReceivedAsync(string path, string text) => Eventually.HoldsAsync(
        $"{path} has {text}", () => _received.GetValueOrDefault(path, "").Contains(text, StringComparison.Ordinal));

    private async Task ReceiveAsync(HttpContext http)
    {
        if (http.Request.Method != "POST")
        {
            http.Response.StatusCode = 404;

            return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _received.AddOrUpdate(http.Request.Path, _ => Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
    }
}
