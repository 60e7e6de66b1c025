using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>
/// HTTP/1.1 on one connection, step by step: an HTTP client does not show whether an answer comes before the end of the request's body.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private const int MaxHeadBytes = 64 * 1024;
    private const int MaxHeads = 10;
    private const int MaxBodyBytes = 1024 * 1024;

    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly string _host;

    private RawConnection(TcpClient client, Stream stream, string host)
    {
        (_client, _stream, _host) = (client, stream, host);
    }

    public static async Task<RawConnection> OpenAsync(Uri server, CancellationToken cancellationToken)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(server.IdnHost, server.Port, cancellationToken);
            Stream stream = client.GetStream();
            if (server.Scheme == Uri.UriSchemeHttps)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = server.IdnHost, CertificateChainPolicy = Deployment.ChainPolicy() }, cancellationToken);
            }

            return new RawConnection(client, stream, server.IsDefaultPort ? server.IdnHost : $"{server.IdnHost}:{server.Port}");
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends the headers of a request.</summary>
    public Task SendHeadAsync(string method, Uri url, CancellationToken cancellationToken, params string[] headers)
    {
        string[] lines = [$"{method} {url.PathAndQuery} HTTP/1.1", $"Host: {_host}", "User-Agent: pywharf-doctor", "Accept: */*", .. headers];

        return SendAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), cancellationToken);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="IOException">The connection was closed before the end of the answer, or the answer is no HTTP.</exception>
    public async Task<Reply> ReadAsync(CancellationToken cancellationToken)
    {
        for (var heads = 0; heads < MaxHeads; heads++)
        {
            var head = await ReadHeadAsync(cancellationToken);
            if (head.Status != 100)
            {
                return head with { Body = await ReadBodyAsync(head, cancellationToken) };
            }
        }

        throw new IOException("100 Continue comes again and again, and no answer after it");
    }

    private async Task<Reply> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var status = (await ReadLineAsync(cancellationToken)).Split(' ', 3);
        if (status is not [['H', 'T', 'T', 'P', '/', '1', '.', ..], var code, ..] || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new IOException("what came is no HTTP answer");
        }

        var head = new Reply(number, []);
        var length = 0;
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            length += line.Length;
            if (length > MaxHeadBytes)
            {
                throw new IOException("the headers of the answer have no end");
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            head.Add(colon < 0 ? line : line[..colon], colon < 0 ? "" : line[(colon + 1)..].Trim());
        }

        return head;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task<byte[]> ReadBodyAsync(Reply head, CancellationToken cancellationToken)
    {
        if (head["Transfer-Encoding"]?.Contains("chunked", StringComparison.OrdinalIgnoreCase) != true)
        {
            return int.TryParse(head["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= MaxBodyBytes
                ? await ReadExactlyAsync(length, cancellationToken)
                : [];
        }

        using var body = new MemoryStream();
        while (int.TryParse((await ReadLineAsync(cancellationToken)).Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var size)
            && size > 0 && body.Length + size <= MaxBodyBytes)
        {
            body.Write(await ReadExactlyAsync(size, cancellationToken));
            await ReadLineAsync(cancellationToken);
        }

        await ReadLineAsync(cancellationToken);

        return body.ToArray();
    }

    private async Task<byte[]> ReadExactlyAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        await _stream.ReadExactlyAsync(bytes, cancellationToken);

        return bytes;
    }

    // Byte by byte, so that nothing of the next answer is consumed; heads are short.
    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < MaxHeadBytes)
        {
            if (await _stream.ReadAsync(one, cancellationToken) == 0)
            {
                throw new EndOfStreamException("the connection was closed before an answer came");
            }

            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        throw new IOException("the headers of the answer have no end");
    }
}
