using System.Net.Sockets;
using System.Text;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command health. Reads only the status line over a socket: no HTTP client, for a fast start.</summary>
internal static class HealthRun
{
    // Less than the timeout of the health check in the container image.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Returns 0 if the server answers 200; otherwise 1, with one line on standard error.</summary>
    public static async Task<int> RunAsync(Uri url, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        string problem;
        try
        {
            var status = await StatusLineAsync(url, either.Token);
            if (status?.Split(' ') is ["HTTP/1.1", "200", ..])
            {
                await Console.Out.WriteLineAsync("ok");

                return 0;
            }

            problem = status ?? "closed the connection";
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            problem = exception.Message;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            problem = $"no answer within {Timeout.TotalSeconds} seconds";
        }

        await Console.Error.WriteLineAsync($"pywharf: {url}: {problem}");

        return 1;
    }

    private static async Task<string?> StatusLineAsync(Uri url, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.IdnHost, url.Port, cancellationToken);

        await using var stream = client.GetStream();
        var request = $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);

        using var answer = new StreamReader(stream, Encoding.ASCII);

        return await answer.ReadLineAsync(cancellationToken);
    }
}
