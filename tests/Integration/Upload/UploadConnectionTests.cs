using System.Net.Sockets;
using System.Text;
using PyWharf.Integration.Auth;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>Uploads that end early: for the server, because it has heard enough, or for the client, because it is gone.</summary>
[Collection(TwoRepositories.Name)]
public sealed class UploadConnectionTests(TwoRepositories server) : IDisposable
{
    private static readonly string Writes = $"Authorization: {PyWharfProcess.Basic("alpha", TwoRepositories.AlphaWrites)}";
    private static readonly string ContentType = $"Content-Type: {ClientForm.ContentType()}";

    private readonly HttpClient _writer = server.Server.Client("alpha", TwoRepositories.AlphaWrites);

    public void Dispose() => _writer.Dispose();

    [Fact]
    public async Task A_file_of_exactly_the_limit_is_accepted_and_one_more_byte_is_413()
    {
        var largest = TwoRepositories.Largest;
        var larger = ClientForm.Least(largest).Altered(part => part.Name == ClientForm.File ? part with { Value = [.. part.Value, 0] } : part);

        (await _writer.UploadAsync(largest)).With(200);
        var answer = (await _writer.UploadAsync(larger)).With(413);

        Assert.Contains($"{largest.Content.Length} bytes", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(413, TwoRepositories.AlphaWrites)]
    [InlineData(401, "wrong")]
    public async Task A_client_that_sends_everything_before_it_reads_still_learns_why(int status, string secret)
    {
        var body = ClientForm.LikeTwine(TwoRepositories.TooLarge).ToBytes();
        var authorization = $"Authorization: {PyWharfProcess.Basic("alpha", secret)}";

        foreach (var request in new[]
        {
            RawHttp.Request("POST", "/simple/", [authorization, ContentType], body),
            RawHttp.Request("POST", "/simple/", [authorization, ContentType, "Transfer-Encoding: chunked"], Chunked(body)),
        })
        {
            var answer = await SendAllThenReadAsync(request);

            Assert.True(answer.Status == status, answer.Head);
            Assert.Contains("Content-Type: text/plain", answer.Head, StringComparison.Ordinal);
        }

        Assert.Empty(await _writer.FilenamesAsync("too-large"));
        Assert.Empty(Directory.EnumerateFiles(server.AlphaStaging));
    }

    [Fact]
    public async Task A_connection_goes_on_after_a_refused_upload()
    {
        var refused = RawHttp.Request("POST", "/simple/", [Writes, ContentType], ClientForm.LikeTwine(TwoRepositories.TooLarge).ToBytes());
        var get = RawHttp.Request("GET", "/health", []);

        var answer = await RawHttp.SendAsync(
            server.Server.BaseAddress,
            [.. Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(refused).Replace("Connection: close\r\n", "", StringComparison.Ordinal)), .. get]);

        Assert.Equal(413, answer.Status);
        Assert.EndsWith("ok\n", answer.Body.Split("HTTP/1.1 200 OK")[^1].Replace("\r\n0\r\n\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_waits_for_100_is_refused_without_sending_anything()
    {
        var head = RawHttp.Request(
            "POST", "/simple/", [$"Authorization: {PyWharfProcess.Basic("alpha", "wrong")}", ContentType, "Expect: 100-continue", "Content-Length: 9000000000"]);

        // The connection ends by itself: nobody waits for nine gigabytes.
        var answer = await RawHttp.SendAsync(server.Server.BaseAddress, head);

        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain("100 Continue", answer.Head + answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_far_too_large_is_413_before_it_is_sent()
    {
        var head = RawHttp.Request("POST", "/simple/", [Writes, ContentType, "Expect: 100-continue", "Content-Length: 9000000000"]);

        Assert.Equal(413, (await RawHttp.SendAsync(server.Server.BaseAddress, head)).Status);
    }

    [Fact]
    public async Task A_client_that_waited_for_100_still_learns_that_its_file_is_too_large()
    {
        var body = ClientForm.LikeTwine(TwoRepositories.TooLarge).ToBytes();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Server.BaseAddress.Host, server.Server.BaseAddress.Port);
        var stream = client.GetStream();

        await stream.WriteAsync(RawHttp.Request("POST", "/simple/", [Writes, ContentType, "Expect: 100-continue", $"Content-Length: {body.Length}"]));
        var interim = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await stream.ReadExactlyAsync(interim);
        Assert.Equal(100, new RawAnswer(interim).Status);
        await stream.WriteAsync(body);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);

        Assert.Equal(413, new RawAnswer(answer.ToArray()).Status);
    }

    [Fact]
    public async Task A_client_that_waits_for_100_is_told_to_go_on_where_it_may()
    {
        var form = ClientForm.LikeTwine(Wheels.Build("expected", "1.0"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/simple/") { Content = form.ToContent() };
        request.Headers.ExpectContinue = true;

        (await Answer.ReadAsync(await _writer.SendAsync(request))).With(200);
    }

    [Fact]
    public async Task A_chunked_upload_is_accepted()
    {
        var body = ClientForm.LikeTwine(Wheels.Build("chunked", "1.0")).ToBytes();

        var answer = await RawHttp.SendAsync(
            server.Server.BaseAddress, RawHttp.Request("POST", "/simple/", [Writes, ContentType, "Transfer-Encoding: chunked"], Chunked(body)));

        Assert.True(answer.Status == 200, answer.Head + answer.Body);
        Assert.Single(await _writer.FilenamesAsync("chunked"));
    }

    [Fact]
    public async Task An_upload_whose_client_dies_leaves_nothing()
    {
        var body = ClientForm.LikeTwine(Wheels.Build("died", "1.0", payload: 20_000, random: true)).ToBytes();
        var request = RawHttp.Request("POST", "/simple/", [Writes, ContentType], body);

        foreach (var sent in new[] { request.Length / 2, request.Length - 1 })
        {
            using (var client = new TcpClient())
            {
                await client.ConnectAsync(server.Server.BaseAddress.Host, server.Server.BaseAddress.Port);
                await client.GetStream().WriteAsync(request.AsMemory(0, sent));
                await Eventually.HoldsAsync(() => Task.FromResult(Directory.EnumerateFiles(server.AlphaStaging).Any()));

                // No farewell: a reset.
                client.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            await Eventually.HoldsAsync(() => Task.FromResult(!Directory.EnumerateFiles(server.AlphaStaging).Any()));
            Assert.Empty(await _writer.FilenamesAsync("died"));
        }

        (await _writer.UploadAsync(Wheels.Build("died", "1.0"))).With(200);
    }

    private async Task<RawAnswer> SendAllThenReadAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Server.BaseAddress.Host, server.Server.BaseAddress.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(request);

        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);

        return new RawAnswer(answer.ToArray());
    }

    private static byte[] Chunked(byte[] body)
    {
        using var chunks = new MemoryStream();
        foreach (var chunk in body.Chunk(50_000))
        {
            chunks.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            chunks.Write(chunk);
            chunks.Write("\r\n"u8);
        }

        chunks.Write("0\r\n\r\n"u8);

        return chunks.ToArray();
    }
}
