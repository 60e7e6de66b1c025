using System.Net;
using System.Net.Sockets;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Keeps an index from making this server connect to hosts of its own network (SSRF). What the configured host has when it is first resolved decides: with a
/// public address it is an index of the internet, and private addresses are refused for every host, itself included; with private ones only it is an index of
/// this network, and its addresses, then and now, are allowed, for links by other names too. The address is checked that is connected to, so that a name
/// which resolves to another one each time gains nothing, and a pooled connection has been checked. Where a proxy connects, only literal addresses and names
/// of the local host can be. Safe for concurrent use; one for all clients of an index, so that they agree.
/// </summary>
/// <param name="host">The host of the configured URL.</param>
/// <param name="proxy">The proxies of the environment.</param>
/// <param name="resolve">Finds the addresses of a host.</param>
internal sealed class AddressGuard(string host, IWebProxy proxy, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>The reason for refusals, a clause.</summary>
    public const string Why = "a private address, which is not followed unless it is the address of an index in the private network";

    private static readonly string[] LocalNames = ["localhost", "localhost.localdomain", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"];

    // Of the configured host when it was first resolved; null until then.
    private IPAddress[]? _first;

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
        if (!IsProxy(target, context.InitialRequestMessage.RequestUri))
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
        var isConfigured = IsConfigured(name.TrimEnd('.'));
        if (!isConfigured && addresses.All(PublicAddress.Is))
        {
            return addresses;
        }

        var own = isConfigured ? OwnAddresses(addresses) : await OwnAddressesAsync(cancellationToken);
        var allowed = addresses.Where(address => PublicAddress.Is(address) || own.Contains(PublicAddress.Plain(address))).ToArray();

        return allowed.Length > 0 || addresses.Length == 0 ? allowed : throw new UpstreamException(FailureKind.BadGateway, isConfigured
            ? $"The host {name} has a private address, and had a public one when it was first asked: if the index has moved into the private network, restart this server."
            : $"The host {name} has {Why}.");
    }

    private async Task<HashSet<IPAddress>> OwnAddressesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return OwnAddresses(await resolve(host, cancellationToken));
        }
        catch (SocketException)
        {
            return OwnAddresses([]); // only the proxy may be able to resolve it
        }
    }

    /// <summary>The addresses of the configured host that are allowed though they are private: none where it had a public one at first.</summary>
    private HashSet<IPAddress> OwnAddresses(IPAddress[] now)
    {
        if (now.Length > 0)
        {
            Interlocked.CompareExchange(ref _first, now, null);
        }

        var first = Volatile.Read(ref _first) ?? [];

        return first.Any(PublicAddress.Is) ? [] : [.. first.Concat(now).Select(PublicAddress.Plain)];
    }

    private bool IsProxy(DnsEndPoint target, Uri? url) =>
        url is not null && !proxy.IsBypassed(url) && proxy.GetProxy(url) is { } used
        && used.Port == target.Port && string.Equals(used.IdnHost, target.Host, StringComparison.OrdinalIgnoreCase);

    private bool IsConfigured(string name) => string.Equals(name, host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private static bool IsLocal(string name) =>
        LocalNames.Contains(name, StringComparer.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
