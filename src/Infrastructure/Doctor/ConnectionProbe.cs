using System.Net.Sockets;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether the host has an address, and something listens there.</summary>
internal sealed class ConnectionProbe() : Probe("connection")
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public override bool IsVital => true;

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var (host, port) = (deployment.Base.IdnHost, deployment.Base.Port);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, limit.Token);

            return Ok($"{host}:{port} accepts connections");
        }
        catch (SocketException exception)
        {
            return Failed(
                exception.SocketErrorCode switch
                {
                    SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the name {host} can't be resolved: add it to the DNS, or correct the URL",
                    SocketError.ConnectionRefused => $"nothing listens on {host}:{port}: start the proxy, or correct the URL",
                    _ => $"no connection to {host}:{port}: {exception.Message}",
                },
                Clients.All);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"{host}:{port} does not accept a connection within {Limit.TotalSeconds} seconds: look at firewalls between here and there", Clients.All);
        }
    }
}
