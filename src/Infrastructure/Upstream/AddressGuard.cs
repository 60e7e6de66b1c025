using System.Net;
using System.Net.Sockets;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Keeps an index from making this server connect to hosts of its own network (SSRF): private addresses are refused, except those of the configured host.
/// The address is checked that is connected to, so that a name which resolves to another one each time gains nothing, and a pooled connection has been
/// checked. Where a proxy connects, only literal addresses and names of the local host can be.
/// </summary>
/// <param name="host">The host of the configured URL.</param>
/// <param name="proxy">The proxies of the environment.</param>
/// <param name="resolve">Finds the addresses of a host.</param>
internal sealed class AddressGuard(string host, IWebProxy proxy, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>The reason for refusals, a clause.</summary>
    public const string Why = "a private address, which is not followed unless it is the configured host's";

    private static readonly string[] LocalNames = ["localhost", "localhost.localdomain", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"];

    /// <summary>With the system's resolver and proxies.</summary>
    public AddressGuard(string host)
        : this(host, HttpClient.DefaultProxy, Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>Whether the URL's host is refused by its text alone. Any other is checked when it is connected to.</summary>
    public async ValueTask<bool> IsRefusedAsync(Uri url, CancellationToken cancellationToken)
    {
        var name = url.IdnHost.TrimEnd('.');
        if (IsConfigured(name))
        {
            return false;
        }

        if (IPAddress.TryParse(name, out var address))
        {
            return !PublicAddress.Is(address) && !(await OwnAddressesAsync(cancellationToken)).Contains(PublicAddress.Plain(address));
        }

        return IsLocal(name) && !(await OwnAddressesAsync(cancellationToken)).Any(IPAddress.IsLoopback);
    }

    /// <summary>Connects to an address that is allowed. Throws <see cref="UpstreamException"/> where the host has none.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = await resolve(target.Host, cancellationToken);
        if (!IsConfigured(target.Host.TrimEnd('.')) && !IsProxy(target, context.InitialRequestMessage.RequestUri))
        {
            addresses = await AllowedAsync(target.Host, addresses, cancellationToken);
        }

        return await ConnectAsync(addresses, target.Port, cancellationToken);
    }

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        SocketException? trouble = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);

                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                trouble = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw trouble ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<IPAddress[]> AllowedAsync(string name, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        if (addresses.All(PublicAddress.Is))
        {
            return addresses;
        }

        var own = await OwnAddressesAsync(cancellationToken);
        var allowed = addresses.Where(address => PublicAddress.Is(address) || own.Contains(PublicAddress.Plain(address))).ToArray();

        return allowed.Length > 0 ? allowed : throw new UpstreamException(FailureKind.BadGateway, $"The host {name} has {Why}.");
    }

    private async Task<HashSet<IPAddress>> OwnAddressesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await resolve(host, cancellationToken)).Select(PublicAddress.Plain)];
        }
        catch (SocketException)
        {
            return []; // only the proxy may be able to resolve it
        }
    }

    private bool IsProxy(DnsEndPoint target, Uri? url) =>
        url is not null && !proxy.IsBypassed(url) && proxy.GetProxy(url) is { } used
        && used.Port == target.Port && string.Equals(used.IdnHost, target.Host, StringComparison.OrdinalIgnoreCase);

    private bool IsConfigured(string name) => string.Equals(name, host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private static bool IsLocal(string name) =>
        LocalNames.Contains(name, StringComparer.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
