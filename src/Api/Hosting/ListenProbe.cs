using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PyWharf.Api.Hosting;

/// <summary>Finds out whether a port can be had, long before the server listens on it.</summary>
internal static class ListenProbe
{
    /// <summary>Takes the port as the web server will, and lets it go. Throws <see cref="SocketException"/> when it can't be had.</summary>
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
            Bind(IPAddress.Any, port); // without IPv6, as the web server does
        }
    }

    private static void Bind(IPAddress address, int port)
    {
        using var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(address, port));
    }
}
