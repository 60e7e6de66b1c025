using System.Net.Sockets;
using PyWharf.Integration.Support;
using PyWharf.Integration.Upstream;

namespace PyWharf.Integration.Crash;

/// <summary>Few descriptors, and somebody who opens connections until none is left.</summary>
public sealed class OpenFilesTests : IDisposable
{
    private const int OpenFiles = 1024;
    private const string Wheel = "/simple/demo/demo-1.0-py3-none-any.whl";

    private static readonly (string Method, string Path, int Status)[] Pages =
    [
        ("GET", "/health", 200), ("GET", "/simple/", 200), ("GET", "/simple/demo/", 200), ("GET", "/simple/demo/?format=application/vnd.pypi.simple.v1+json", 200),
        ("GET", Wheel, 200), ("GET", Wheel + ".metadata", 200), ("GET", "/pypi/demo/json", 200), ("GET", "/search?q=demo", 200), ("GET", "/login/", 200),
        ("GET", "/api/projects/demo", 200), ("PUT", "/api/projects/demo/versions/1.0/yank", 200), ("DELETE", "/api/projects/demo/versions/1.0/yank", 200),
        ("GET", "/openapi.json", 200), ("GET", "/index_mtime", 200), ("GET", "/simple/demo", 301), ("GET", "/not/a/page", 404), ("GET", "/simple/a%2fb/", 400),
        ("GET", "/simple/up-html/", 200), ("GET", "/simple/up-json/", 200),
    ];

    private readonly TempFolder _root = new();

    [Theory]
    [InlineData("info", "--connection_limit sets another number")]
    [InlineData("warn", "--connection_limit=100000 does not fit into RLIMIT_NOFILE, which is 1024", "--connection_limit=100000")]
    public async Task A_crowd_of_idle_connections_takes_nothing_from_those_who_were_there(string level, string said, params string[] flags)
    {
        await using var upstream = await FakeIndex.StartAsync();
        using var server = await PyWharfProcess.StartLimitedAsync(
            OpenFiles, _root.Path, ServerFixture.Config, [$"--extra_index_url={new Uri(upstream.Origin, "simple/")}", .. flags]);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var libraries = server.Libraries;
        (await client.AskAsync("/health")).With(200);

        var crowd = await CrowdAsync(server.BaseAddress);
        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        await AskEverythingAsync(client);
        crowd.ForEach(connection => connection.Dispose());
        using var next = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await Eventually.HoldsAsync(async () => await IsLetInAsync(next));
        await AskEverythingAsync(next);

        // What is loaded at its first use is not there for who needs it first while nothing can be opened.
        Assert.Equal(libraries, server.Libraries);
        Assert.Contains(server.Log.Split('\n'), line => line.Contains(level, StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_that_is_too_small_to_serve_is_named()
    {
        var failed = await PyWharfProcess.RunLimitedAsync(256, "server", _root.Path, "--port=0");

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("RLIMIT_NOFILE) is 256", Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private static async Task<List<TcpClient>> CrowdAsync(Uri server)
    {
        var crowd = new List<TcpClient>();
        for (var i = 0; i < OpenFiles + 100; i++)
        {
            crowd.Add(new TcpClient());
            await crowd[^1].ConnectAsync(server.Host, server.Port);
        }

        return crowd;
    }

    private static async Task AskEverythingAsync(HttpClient client)
    {
        foreach (var (method, path, status) in Pages)
        {
            (await client.AskAsync(HttpMethod.Parse(method), path)).With(status);
        }
    }

    private static async Task<bool> IsLetInAsync(HttpClient client)
    {
        try
        {
            return (await client.AskAsync("/health")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false; // no room yet
        }
    }
}
