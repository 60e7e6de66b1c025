using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Detects clients that stop reading a response, by the TCP state of the connection (TCP_INFO). Socket writes don't show it, since a slow client frees
/// kernel buffers by the megabyte, and TCP_USER_TIMEOUT also ends connections that progress slowly.
/// </summary>
internal sealed class ResponseStallDetector(Socket socket, TimeSpan longest, TimeProvider time)
{
    private const int IPProtocolTcp = 6;
    private const int TcpInfo = 11;

    private ulong _acknowledged;
    private long _since = time.GetTimestamp();

    /// <summary>Whether the system supports it: Linux from 4.6 on. On older versions no stall is ever detected.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Whether the client has acknowledged no data for too long while data is waiting. To be called about every second.</summary>
    public bool IsStalled()
    {
        Info info = default;
        try
        {
            if (socket.GetRawSocketOption(IPProtocolTcp, TcpInfo, MemoryMarshal.AsBytes(new Span<Info>(ref info))) < Marshal.SizeOf<Info>())
            {
                return false;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false; // the connection has just ended
        }

        if (info.Acknowledged != _acknowledged || info is { InFlight: 0, Waiting: 0 })
        {
            _acknowledged = info.Acknowledged;
            _since = time.GetTimestamp();

            return false;
        }

        return time.GetElapsedTime(_since) > longest;
    }

    /// <summary>Makes the connection end with a reset that discards unsent data.</summary>
    public void DiscardUnsent()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection has just ended.
        }
    }

    /// <summary>The beginning of <c>struct tcp_info</c> (linux/tcp.h): unacknowledged packets, acknowledged bytes, unsent bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 148)]
    private struct Info
    {
        [FieldOffset(24)]
        public uint InFlight;

        [FieldOffset(120)]
        public ulong Acknowledged;

        [FieldOffset(144)]
        public uint Waiting;
    }
}
