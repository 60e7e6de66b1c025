using System.Net.Sockets;
using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>HTTP/1.1 by hand, for what no client library would send.</summary>
internal static class RawHttp
{
    /// <summary>A whole request; the connection is to be closed after it. Content-Length is added where no header says how the body ends.</summary>
    /// <param name="method">GET, POST, …</param>
    /// <param name="target">The request target, sent as it is.</param>
    /// <param name="headers">Header lines without line ends.</param>
    /// <param name="body">The body.</param>
    public static byte[] Request(string method, string target, IEnumerable<string> headers, byte[]? body = null)
    {
        var lines = headers.ToList();
        if (body is not null && !lines.Exists(IsFraming))
        {
            lines.Add($"Content-Length: {body.Length}");
        }

        var head = $"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{string.Concat(lines.Select(line => line + "\r\n"))}\r\n";
        return [.. Encoding.Latin1.GetBytes(head), .. body ?? []];
    }

    /// <summary>Sends these bytes and reads until the server closes.</summary>
    /// <param name="server">Whose host and port to connect to.</param>
    /// <param name="request">The bytes.</param>
    /// <param name="halfClose">Whether to close our direction after them, as a client that gave up half-way.</param>
    /// <param name="hasBegun">Called when the first bytes of the answer are here.</param>
    public static async Task<RawAnswer> SendAsync(Uri server, byte[] request, bool halfClose = false, Action? hasBegun = null)
    {
        using var hang = new CancellationTokenSource(ChildProcess.HangGuard);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, hang.Token);
        var stream = client.GetStream();

        var answer = ReadAsync(stream, hasBegun, hang.Token);
        try
        {
            await stream.WriteAsync(request, hang.Token);
            if (halfClose)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (IOException)
        {
            // A server may answer and close before it has read everything.
        }

        return new RawAnswer(await answer);
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, Action? hasBegun, CancellationToken cancellationToken)
    {
        using var received = new MemoryStream();
        var buffer = new byte[8192];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                if (received.Length == 0)
                {
                    hasBegun?.Invoke();
                }

                received.Write(buffer, 0, count);
            }
        }
        catch (IOException)
        {
            // A reset: what came before it is the answer.
        }

        return received.ToArray();
    }

    private static bool IsFraming(string header) =>
        header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("Transfer-Encoding:", StringComparison.OrdinalIgnoreCase);
}
