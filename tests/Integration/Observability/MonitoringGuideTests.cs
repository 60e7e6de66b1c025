using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Observability;

/// <summary>docs/monitoring.md and deploy/prometheus against a running server.</summary>
public sealed partial class MonitoringGuideTests : IDisposable
{
    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Guide_and_alerts_name_the_metrics_that_there_are()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, "[team]\ntype = \"file_system\"\nread_secret = \"r3ad\"\n");
        using var client = server.Client();
        await client.AskAsync("/health");
        var served = NamesIn((await client.AskAsync("/metrics")).With(200).Text, Name());

        var guide = NamesIn(await ReadAsync("docs", "monitoring.md"), Name());
        var alerts = NamesIn(await ReadAsync("deploy", "prometheus", "alerts.yml"), Name());

        Assert.Empty(guide.Except(served));
        Assert.Empty(served.Except(guide));
        Assert.Empty(alerts.Except(served));
    }

    [Fact]
    public async Task The_guide_names_each_outcome_of_an_upload_and_each_is_served_before_it_happens()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, "[team]\ntype = \"file_system\"\nread_secret = \"r3ad\"\n");
        using var client = server.Client();

        var served = NamesIn((await client.AskAsync("/metrics")).With(200).Text, Outcome());
        var row = (await ReadAsync("docs", "monitoring.md")).Split('\n').Single(line => line.StartsWith("| `pywharf_uploads_total{", StringComparison.Ordinal));

        Assert.Equal(served, NamesIn(row.Split('|')[2], Word()));
        Assert.Superset(new HashSet<string>(["aborted", "exception", "published"]), served);
    }

    [FactWhen(Needs.Promtool)]
    public async Task Prometheus_takes_configuration_and_alerts()
    {
        var folder = RepositoryRoot.At("deploy", "prometheus");

        foreach (var arguments in new string[][] { ["check", "config", $"{folder}/prometheus.yml"], ["test", "rules", $"{folder}/alerts.test.yml"] })
        {
            var ran = await ChildProcess.RunAsync(ChildProcess.Describe("promtool", arguments, []));
            Assert.True(ran.ExitCode == 0, ran.ToString());
        }
    }

    private static Task<string> ReadAsync(params string[] path) => File.ReadAllTextAsync(RepositoryRoot.At(path));

    private static SortedSet<string> NamesIn(string text, Regex name) => [.. name.Matches(text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("^pywharf_uploads_total{.*outcome=\"([a-z_]+)\".*} 0", RegexOptions.Multiline)]
    private static partial Regex Outcome();

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Word();

    /// <summary>A name before labels, a value or the end of its quotes; not that of a histogram's part.</summary>
    [GeneratedRegex(@"\b((?:pywharf_[a-z_]+|http_server_request_duration_seconds))")]
    private static partial Regex Name();
}
