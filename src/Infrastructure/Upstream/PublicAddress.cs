using System.Net;
using System.Net.Sockets;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Tells addresses of the Internet from all others: private, local, reserved ones (IANA's registries of special-purpose addresses).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Special =
    [
        .. ((string[])
        [
            "0.0.0.0/8", // this network
            "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // private
            "100.64.0.0/10", // carrier-grade NAT
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local, and the metadata of cloud machines
            "168.63.129.16/32", // the platform's own address in Azure
            "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", // protocols, relays, benchmarks
            "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", // documentation
            "224.0.0.0/4", "240.0.0.0/4", // multicast, reserved, broadcast
            "::/127", // unspecified, loopback
            "64:ff9b:1::/48", // local NAT64
            "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", // discarded, protocols (Teredo), documentation, segment routing
            "fc00::/7", // unique local
            "fe80::/10", "fec0::/10", // link-local, site-local
            "ff00::/8", // multicast
        ]).Select(IPNetwork.Parse),
    ];

    // IPv6 networks whose addresses have an IPv4 address, and at which byte: IPv4-compatible, translated (SIIT), NAT64, 6to4.
    private static readonly (IPNetwork Network, int Position)[] Embedding =
    [
        (IPNetwork.Parse("::/96"), 12),
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12),
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
    ];

    /// <summary>Whether it is one of the Internet; so is one that embeds an IPv4 address, if that is.</summary>
    public static bool Is(IPAddress address)
    {
        var plain = Plain(address);

        return !Special.Any(network => network.Contains(plain)) && (Embedded(plain) is not { } embedded || Is(embedded));
    }

    /// <summary>The address without a scope, and as IPv4 where it is mapped to IPv6.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());

    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            foreach (var (network, position) in Embedding)
            {
                if (network.Contains(address))
                {
                    return new IPAddress(address.GetAddressBytes().AsSpan(position, 4));
                }
            }
        }

        return null;
    }
}
