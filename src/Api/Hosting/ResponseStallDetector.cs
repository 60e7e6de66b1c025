using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Sees whether a client takes what it is sent, by what the system knows of the connection. Neither writing to the socket shows that, since a
/// slow client frees the system's buffers by the megabyte, nor TCP_USER_TIMEOUT, which also ends connections that move on slowly.
/// </summary>
internal sealed class ResponseStallDetector(Socket socket, TimeSpan longest, TimeProvider time)
{
    private const int IPProtocolTcp = 6;
    private const int TcpInfo = 11;

    private ulong _acknowledged;
    private long _since = time.GetTimestamp();

    /// <summary>Whether the system tells. Linux does, from 4.6 on; an older one is asked in vain and nothing stalls there.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Whether the client has acknowledged nothing for too long of what waits for it. To be asked about every second.</summary>
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
            return false; // it has just ended
        }

        if (info.Acknowledged != _acknowledged || info is { InFlight: 0, Waiting: 0 })
        {
            _acknowledged = info.Acknowledged;
            _since = time.GetTimestamp();

            return false;
        }

        return time.GetElapsedTime(_since) > longest;
    }

    /// <summary>Has the system throw away what the client has not taken when the connection ends, which is a reset then.</summary>
    public void DiscardUnsent()
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    /// <summary>The beginning of <c>struct tcp_info</c> (linux/tcp.h): packets on their way, bytes taken, bytes not sent yet.</summary>
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
