using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PyWharf.Domain;

/// <summary>
/// Identifies a client for limits: an IPv4 address, or the first 64 bits of an IPv6 address, since a client has a whole /64 network (RFC 6177). The
/// default value is a client without an address, such as a command on this machine.
/// </summary>
public readonly record struct ClientAddress
{
    private const string NetworkSuffix = "/64";

    private readonly AddressFamily _family;
    private readonly ulong _bits;

    private ClientAddress(AddressFamily family, ulong bits) => (_family, _bits) = (family, bits);

    /// <summary>The client of a remote address; an IPv4-mapped IPv6 address (<c>::ffff:192.0.2.1</c>) counts as IPv4.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is null || !address.TryWriteBytes(bytes, out var length))
        {
            return default;
        }

        return length == 4 ? IPv4(bytes)
            : address.IsIPv4MappedToIPv6 ? IPv4(bytes[12..])
            : new ClientAddress(AddressFamily.InterNetworkV6, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out ClientAddress address)
    {
        var isValid = IPAddress.TryParse(text.EndsWith(NetworkSuffix, StringComparison.Ordinal) ? text.AsSpan(0, text.Length - NetworkSuffix.Length) : text, out var parsed);
        address = Of(parsed);

        return (isValid && address.ToString() == text) || text.Length == 0;
    }

    /// <summary><c>192.0.2.1</c> or <c>2001:db8::/64</c>; empty for none.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _bits);

        return _family switch
        {
            AddressFamily.InterNetwork => new IPAddress(bytes[4..8]).ToString(),
            AddressFamily.InterNetworkV6 => new IPAddress(bytes) + NetworkSuffix,
            _ => "",
        };
    }

    private static ClientAddress IPv4(ReadOnlySpan<byte> bytes) => new(AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes));
}
