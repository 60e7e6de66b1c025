using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Domain;
using PyWharf.Infrastructure.Importing;

namespace PyWharf.Unit.Infrastructure.Importing;

public sealed class IndexClientTests
{
    [Fact]
    public async Task A_server_that_stops_sending_is_given_up()
    {
        var time = new FakeTimeProvider();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var index = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        using var client = new IndexClient(index, credentials: null, new IndexOptions { Retries = 1, RetryDelay = TimeSpan.Zero }, time);
        var reading = new TaskCompletionSource();

        var fetching = client.SendForFileAsync(
            HttpMethod.Get,
            index,
            async (response, token) =>
            {
                var body = client.Guard(await response.Content.ReadAsStreamAsync(token));
                var buffer = new byte[100];
                Assert.Equal(5, await body.ReadAsync(buffer, token));
                var rest = body.ReadAsync(buffer, token);
                reading.TrySetResult();

                return await rest;
            },
            default);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var connection = await listener.AcceptTcpClientAsync();
            await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"u8.ToArray());
            await reading.Task;
            reading = new TaskCompletionSource();
            time.Advance(client.Options.StallTimeout);
            if (attempt == 1)
            {
                var stalled = await fetching;
                Assert.Equal((FailureKind.Unavailable, "127.0.0.1 stopped sending."), (stalled.Failure?.Kind, stalled.Failure?.Message));
            }
        }
    }
}
