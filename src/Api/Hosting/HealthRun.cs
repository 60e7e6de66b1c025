using System.Net.Sockets;
using System.Text;

namespace PyWharf.Api.Hosting;

/// <summary>The command health. It reads one line of the answer, which takes no HTTP client and leaves nothing to start slowly.</summary>
internal static class HealthRun
{
    // Less than what the image gives the whole command.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>Returns 0 when the server answers 200, 1 when not; then one line on the standard error says what it did.</summary>
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
