using System.Globalization;
using System.Text.RegularExpressions;
using PyWharf.Integration.Support;
using Xunit.Abstractions;

namespace PyWharf.Integration.Soak;

/// <summary>All that clients do, for a long time: after the first minutes neither memory nor open files grow.</summary>
public sealed partial class FlatMemoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Projects = 20;
    private const int Versions = 10;

    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(2);

    // Of each kind of client. What is measured is what stays, not how fast it goes.
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(25);

    private readonly TempFolder _root = new();
    private int _requests;

    [FactWhen(Needs.Soak)]
    public async Task Ten_minutes_of_everything_leave_nothing_behind()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--login_failures=1000000", "--access_log=True");
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        foreach (var project in Enumerable.Range(0, Projects))
        {
            await writer.PublishAsync(Enumerable.Range(0, Versions).Select(number => Wheels.Build($"demo-{project}", $"1.{number}", payload: 50_000, random: true)));
        }

        using var over = new CancellationTokenSource();
        var load = Loads(server).Select(load => Task.Run(() => RepeatAsync(server, load, over.Token))).ToList();
        var samples = await SampleAsync(server, writer);
        await over.CancelAsync();
        await Task.WhenAll(load);

        // The medians of the two minutes after the first two, and of the last two: a collection may be just due.
        var (start, end) = (Sample.Median(samples.Where(sample => sample.At >= WarmUp && sample.At < WarmUp * 2)), Sample.Median(samples.Where(sample => sample.At >= Duration - WarmUp)));
        SoakTable.Write(
            output, "all that clients do, at the same time", $"{Duration.TotalMinutes} minutes, {_requests} requests",
            $"RSS {start.Memory >> 20} to {end.Memory >> 20} MiB, managed heap {start.Heap >> 20} to {end.Heap >> 20} MiB, open files {start.OpenFiles} to {end.OpenFiles}");
        Assert.InRange(end.Memory, 0, start.Memory * 11 / 10);
        Assert.InRange(end.Heap, 0, start.Heap * 12 / 10);
        Assert.InRange(end.OpenFiles, 0, start.OpenFiles + 8);
        Assert.DoesNotContain(" fail: ", server.Log, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private static IEnumerable<Func<HttpClient, int, Task>> Loads(PyWharfProcess server)
    {
        yield return async (client, number) => (await client.AskAsync($"/simple/demo-{number % Projects}/", ("Accept", number % 2 == 0 ? Requests.Json : "text/html"))).With(200);
        yield return async (client, number) => (await client.AskAsync(number % 2 == 0 ? "/simple/" : "/local/simple/", ("Accept-Encoding", "gzip"))).With(200);
        yield return async (client, number) => (await client.AskAsync($"/simple/demo-{number % Projects}/demo_{number % Projects}-1.{number % Versions}-py3-none-any.whl{(number % 3 == 0 ? ".metadata" : "")}")).With(200);
        yield return async (client, number) => (await client.AskAsync($"/search?q=demo {number}")).With(200);
        yield return async (client, number) => (await client.AskAsync($"/pypi/demo-{number % Projects}/json")).With(200);
        yield return async (client, number) => (await client.AskAsync($"/simple/no-such-{number}/")).With(404);
        yield return async (client, number) =>
        {
            var (project, wheel) = ($"demo-{number % Projects}", Wheels.Build($"demo-{number % Projects}", "2.0", payload: 20_000));
            (await client.UploadAsync(wheel)).With(200);
            (await client.AskAsync(HttpMethod.Put, $"/api/projects/{project}/versions/2.0/yank")).With(200);
            (await client.AskAsync(HttpMethod.Delete, $"/api/projects/{project}/versions/2.0/yank")).With(200);
            (await client.UploadAsync(Wheels.Build(project, "2.0", payload: 10))).With(409);
            if (number % 40 == 0)
            {
                // Not each time: the names of deleted files are remembered for good, some 500 bytes each.
                var passing = Wheels.Build(project, $"3.{number}", payload: 20_000, random: true);
                (await client.UploadAsync(passing)).With(200);
                (await client.AskAsync(HttpMethod.Delete, $"/api/projects/{project}/files/{passing.Filename}")).With(200);
            }
        };
        yield return async (_, number) =>
        {
            using var browser = new Browser(server);
            (await browser.LogInAsync(ServerFixture.Repository, number % 5 == 0 ? "guessed" : ServerFixture.ReadSecret)).With(number % 5 == 0 ? 401 : 303);
            await browser.VisitAsync($"/local/simple/demo-{number % Projects}/");
            await browser.VisitAsync("/");
            if (number % 2 == 1 && number % 5 != 0)
            {
                await browser.LogOutAsync();
            }
        };
        yield return async (_, number) =>
        {
            // A connection of its own, which is broken off now and then.
            using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
            using var answer = await client.GetAsync(new Uri($"simple/demo-{number % Projects}/demo_{number % Projects}-1.1-py3-none-any.whl", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        };
    }

    private async Task RepeatAsync(PyWharfProcess server, Func<HttpClient, int, Task> load, CancellationToken cancellationToken)
    {
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var timer = new PeriodicTimer(BetweenRequests);
        for (var number = 1; !cancellationToken.IsCancellationRequested; number++)
        {
            await load(client, number);
            Interlocked.Increment(ref _requests);
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // It is over.
            }
        }
    }

    private static async Task<List<Sample>> SampleAsync(PyWharfProcess server, HttpClient client)
    {
        var (samples, begun) = (new List<Sample>(), TimeProvider.System.GetTimestamp());
        using var timer = new PeriodicTimer(BetweenSamples);
        while (TimeProvider.System.GetElapsedTime(begun) is var at && at < Duration)
        {
            var metrics = (await client.AskAsync("/metrics")).With(200).Text;
            samples.Add(new Sample(at, server.MemoryBytes, (long)Heap().Matches(metrics).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)), server.OpenFiles));
            await timer.WaitForNextTickAsync();
        }

        return samples;
    }

    [GeneratedRegex("^dotnet_gc_last_collection_heap_size_bytes\\{.*\\} ([0-9.E+]+)", RegexOptions.Multiline)]
    private static partial Regex Heap();

    private sealed record Sample(TimeSpan At, long Memory, long Heap, int OpenFiles)
    {
        public static Sample Median(IEnumerable<Sample> samples)
        {
            var all = samples.ToList();

            return new Sample(all[^1].At, Middle(all.Select(sample => sample.Memory)), Middle(all.Select(sample => sample.Heap)), Middle(all.Select(sample => sample.OpenFiles)));
        }

        private static T Middle<T>(IEnumerable<T> values)
        {
            var ordered = values.Order().ToList();

            return ordered[ordered.Count / 2];
        }
    }
}
