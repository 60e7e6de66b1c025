using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PyWharf.Api.Hosting;

/// <summary>Checks early in the start whether the port is available.</summary>
internal static class ListenProbe
{
    /// <summary>Binds the port as the web server will, and releases it. Throws <see cref="SocketException"/> if it is not available.</summary>
    public static void Check(string host, int port)
    {
        if (host is not ("*" or ""))
        {
            Bind(IPAddress.TryParse(host, out var address) ? address : ServerComposition.AddressOf(host), port);

            return;
        }

        try
        {
            Bind(IPAddress.IPv6Any, port);
        }
        catch (SocketException)
        {
            Bind(IPAddress.Any, port); // without IPv6, like Kestrel
        }
    }

    private static void Bind(IPAddress address, int port)
    {
        using var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(address, port));
    }
}
