using System.Net;

namespace PyWharf.Domain;

/// <summary>Reads the networks that clients may be in.</summary>
public static class ClientNetwork
{
    /// <summary>How a network is written, for the end of a sentence.</summary>
    public const string Expected = "a network such as 10.0.0.0/8 or 2001:db8::/32, or one address";

    private const int IPv4Begins = 96; // the bit of an IPv4-mapped IPv6 address

    /// <summary>Reads a CIDR block or a single address, written in full. An IPv4-mapped one (<c>::ffff:10.0.0.0/104</c>) is an IPv4 one.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];

        // IPAddress parses "10" as 0.0.0.10 and drops the port of "[::1]:80".
        if (!IPAddress.TryParse(host, out var address)
            || (host.Contains(':', StringComparison.Ordinal) ? host[0] == '[' : address.ToString() != host)
            || !IPNetwork.TryParse(slash < 0 ? $"{address}/{address.GetAddressBytes().Length * 8}" : text, out network))
        {
            return false;
        }

        if (network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= IPv4Begins)
        {
            network = new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - IPv4Begins);
        }

        return true;
    }

    /// <summary>Whether the text has no bits behind its prefix: whoever writes <c>10.1.2.3/8</c> may mean one address.</summary>
    public static bool IsExact(string text, IPNetwork network) =>
        IPAddress.Parse(text.Split('/')[0]).MapToIPv6().Equals(network.BaseAddress.MapToIPv6());
}
