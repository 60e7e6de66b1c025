using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using PyWharf.Integration.Support;
using Xunit.Abstractions;

namespace PyWharf.Integration.Soak;

/// <summary>Ten thousand connections at one time, most of them idle: those that fit are served, the others closed, and pages go on.</summary>
public sealed class ConnectionsTests(ITestOutputHelper output) : IDisposable
{
    private static readonly (int Connections, int Active, int Pages) Size = Requirement.IsSoak ? (10_000, 16, 20_000) : (1_000, 4, 400);

    private readonly TempFolder _root = new();

    [Fact]
    public async Task Pages_go_on_in_bounded_memory_and_what_is_beyond_the_limit_is_closed()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, Requirement.IsSoak ? "--connection_limit=10000" : "--connection_limit=800");
        var active = Enumerable.Range(0, Size.Active).Select(_ => server.Client(ServerFixture.Repository, ServerFixture.WriteSecret)).ToList();
        await active[0].PublishAsync(Enumerable.Range(0, 10).Select(number => Wheels.Build("demo", $"1.{number}")));
        await AskAsync(active, Size.Pages / 4); // each has its connection, and the code is compiled
        var (memory, alone) = (server.MemoryBytes, await AskAsync(active, Size.Pages));

        var crowd = new List<TcpClient>();
        for (var number = 0; number < Size.Connections; number++)
        {
            crowd.Add(new TcpClient());
            await crowd[^1].ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        }

        var amid = await AskAsync(active, Size.Pages);
        var served = await ServedAsync(crowd);
        var after = server.MemoryBytes;

        // As many as the limit says; the machine may allow less than was asked for.
        var limit = LimitOf(server) - active.Count;
        Assert.InRange(served, Math.Min(limit, crowd.Count) - active.Count, limit);
        Assert.InRange(after - memory, long.MinValue, 64L * 1024 * crowd.Count);
        crowd.ForEach(connection => connection.Dispose());
        await Eventually.HoldsAsync(async () => await ServedAsync([await ConnectAsync(server)]) == 1);
        active.ForEach(client => client.Dispose());
        SoakTable.Write(
            output, "connections, idle and active together", $"{crowd.Count} idle and {active.Count} active, limit {limit + active.Count}",
            $"{served} served, {crowd.Count - served} closed; p99 of a page {amid.TotalMilliseconds:0.0} ms, {alone.TotalMilliseconds:0.0} ms without; RSS {memory >> 20} to {after >> 20} MiB");
    }

    public void Dispose() => _root.Dispose();

    /// <summary>Asks for a page so many times, all clients at the same time. The 99th percentile of how long it took.</summary>
    private static async Task<TimeSpan> AskAsync(List<HttpClient> clients, int pages)
    {
        var took = await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            var times = new List<TimeSpan>();
            for (var page = 0; page < pages / clients.Count; page++)
            {
                var start = Stopwatch.GetTimestamp();
                (await client.AskAsync("/simple/demo/")).With(200);
                times.Add(Stopwatch.GetElapsedTime(start));
            }

            return times;
        })));

        var ordered = took.SelectMany(times => times).Order().ToList();

        return ordered[ordered.Count * 99 / 100];
    }

    /// <summary>How many of these connections are answered; the others have been closed.</summary>
    private static async Task<int> ServedAsync(IEnumerable<TcpClient> connections)
    {
        var served = 0;
        var request = Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var buffer = new byte[4096];
        foreach (var connection in connections)
        {
            try
            {
                await connection.GetStream().WriteAsync(request);
                served += await connection.GetStream().ReadAsync(buffer) > 0 ? 1 : 0;
            }
            catch (IOException)
            {
                // Closed.
            }
        }

        return served;
    }

    private static async Task<TcpClient> ConnectAsync(PyWharfProcess server)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);

        return connection;
    }

    private static int LimitOf(PyWharfProcess server) =>
        server.Log.Split(": at most ") is [_, var rest] ? int.Parse(rest.Split(' ')[0], null) : Requirement.IsSoak ? 10_000 : 800;
}
