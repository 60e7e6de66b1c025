using System.Net;
using System.Net.Sockets;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Cli;

public sealed class HealthTests : IDisposable
{
    private readonly TempFolder _root = new();

    [Theory]
    [InlineData(null)]
    [InlineData(ServerFixture.Config)]
    public async Task A_server_that_answers_is_well_with_a_configuration_and_without(string? config)
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config);

        Assert.Equal((0, "ok\n", ""), await AskAsync(new Uri(server.BaseAddress, "health")));
    }

    [Fact]
    public async Task Another_answer_is_not_well()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        var url = new Uri(server.BaseAddress, "nothing/here");

        var (exitCode, _, stderr) = await AskAsync(url);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"pywharf: {url}: HTTP/1.1 404 ", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_not_well()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/health");
        listener.Stop();

        Assert.Equal((1, "", $"pywharf: {url}: Connection refused\n"), await AskAsync(url));
    }

    [Fact]
    public async Task A_server_that_hangs_is_not_well()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(); // the system accepts, and nobody reads
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/health");

        Assert.Equal((1, "", $"pywharf: {url}: no answer within 4 seconds\n"), await AskAsync(url));
    }

    public void Dispose() => _root.Dispose();

    private static async Task<(int ExitCode, string Stdout, string Stderr)> AskAsync(Uri url)
    {
        var ended = await PyWharfProcess.RunAsync(["health", $"--url={url}"]);

        return (ended.ExitCode, ended.Stdout, ended.Stderr);
    }
}
