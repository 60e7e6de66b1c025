using System.Net.Sockets;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>Clients that stop in the middle, of a server that is told to wait for two seconds.</summary>
public sealed class StalledConnectionTests(StalledConnectionTests.ImpatientServer fixture) : IClassFixture<StalledConnectionTests.ImpatientServer>
{
    private static readonly string Writes = $"Authorization: {PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.WriteSecret)}";

    private readonly PyWharfProcess _server = fixture.Server;

    [Fact]
    public async Task An_upload_that_stops_is_408_and_leaves_nothing()
    {
        var body = ClientForm.LikeTwine(Wheels.Build("stopped", "1.0", payload: 300_000, random: true)).ToBytes();
        var request = RawHttp.Request("POST", "/simple/", [Writes, $"Content-Type: {ClientForm.ContentType()}"], body);

        var stops = (int[])[request.Length - body.Length, request.Length / 2, request.Length - 1];

        var answers = await Task.WhenAll(stops.Select(sent => RawHttp.SendAsync(_server.BaseAddress, request[..sent])));

        foreach (var answer in answers)
        {
            Assert.True(answer.Status == 408, answer.Head);
            Assert.Contains("Connection: close", answer.Head, StringComparison.Ordinal);
            Assert.Contains("2 seconds (--channel_timeout)", answer.Body, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(fixture.Storage, ".staging")));
        using var writer = _server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        Assert.Empty(await writer.FilenamesAsync("stopped"));
        (await writer.UploadAsync(Wheels.Build("stopped", "1.0"))).With(200);
    }

    [Fact]
    public async Task A_client_that_was_too_slow_reads_why_before_its_connection_ends()
    {
        using var upload = await PausedUpload.StartAsync(
            _server.BaseAddress, ServerFixture.Repository, ServerFixture.WriteSecret, Wheels.Build("paused", "1.0", payload: 300_000, random: true));

        // A reset would be an exception here, and could overtake the answer elsewhere.
        Assert.Equal(408, (await upload.ReadAsync()).Status);
    }

    [Fact]
    public async Task A_stranger_who_stops_is_let_go_without_a_word_in_the_log()
    {
        var requests =
            from route in new (string Path, string Type, int Status)[]
            {
                ("/login/", "application/x-www-form-urlencoded", 408), ("/login/", "multipart/form-data; boundary=b", 408),
                ("/simple/", "multipart/form-data; boundary=b", 401), ("/initialize/", "multipart/form-data; boundary=b", 401), ("/no/such/page", "text/plain", 404),
            }
            from framing in (string[])["Content-Length: 10000", "Transfer-Encoding: chunked"]
            select (route.Status, RawHttp.Request("POST", route.Path, [$"Content-Type: {route.Type}", framing], "1000\r\n--b\r\n"u8.ToArray()));

        // The rest never comes. That each is answered, and its connection ended, is what is looked at.
        await Task.WhenAll(requests.Select(async request =>
        {
            var answer = await RawHttp.SendAsync(_server.BaseAddress, request.Item2);

            Assert.True(answer.Status == request.Status, answer.Head);
        }));
        Assert.DoesNotContain("fail:", _server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_nobody_reads_is_broken_off()
    {
        // More than the systems on both sides take.
        var wheel = Wheels.Build("unread", "1.0", payload: 30_000_000, random: true);
        using var writer = _server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        (await writer.UploadAsync(wheel)).With(200);

        using var client = new TcpClient { ReceiveBufferSize = 64 * 1024 };
        await client.ConnectAsync(_server.BaseAddress.Host, _server.BaseAddress.Port);
        await client.GetStream().WriteAsync(RawHttp.Request("GET", $"/simple/unread/{wheel.Filename}", [Writes]));

        await Eventually.HoldsAsync("the server breaks the connection off", () => client.Client.Poll(0, SelectMode.SelectError));
    }

    /// <summary>Waits for two seconds.</summary>
    public sealed class ImpatientServer : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private PyWharfProcess? _server;

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        internal string Storage => _root.At("cache", ServerFixture.Repository, "storage");

        /// <inheritdoc/>
        public async Task InitializeAsync() => _server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--channel_timeout=2");

        /// <inheritdoc/>
        public Task DisposeAsync() => Task.CompletedTask;

        /// <inheritdoc/>
        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
