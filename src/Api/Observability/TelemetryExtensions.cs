using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PyWharf.Application.Telemetry;

namespace PyWharf.Api.Observability;

/// <summary>Collects metrics for <c>/metrics</c>; with <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> set, sends them and traces to a collector too.</summary>
internal static class TelemetryExtensions
{
    private const string Prefix = "OTEL_";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Why the variables can't be used; null if they can, or if there are none. The exporter itself would use its default instead.</summary>
    public static string? Problem =>
        Environment.GetEnvironmentVariable(Endpoint) is { Length: > 0 } endpoint
        && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? $"{Endpoint} must be an absolute http or https URL, such as http://127.0.0.1:4317"
            : null;

    /// <summary>Adds the metrics and, if asked for, the exporters.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // Only these: the empty builder reads no variables, so that none of the framework's changes what the server does.
        builder.Configuration.AddInMemoryCollection(
            from System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables()
            where variable.Key is string name && name.StartsWith(Prefix, StringComparison.Ordinal)
            select new KeyValuePair<string, string?>((string)variable.Key, (string?)variable.Value));
        var exports = !string.IsNullOrEmpty(builder.Configuration[Endpoint]);

        builder.Services.AddSingleton<StateGauges>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("pywharf", serviceVersion: ProgramVersion.Number).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Instruments.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime");
                metrics.AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0); // a scrape shows what was before it
                if (exports)
                {
                    metrics.AddOtlpExporter();
                }
            });

        if (exports)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(Instruments.Name)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddOtlpExporter());
        }
    }
}
