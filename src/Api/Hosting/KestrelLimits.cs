using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PyWharf.Api.Hosting;

/// <summary>
/// The web server's limits of time and memory per connection, chosen for a package index: authenticated clients may be slow, as long as data moves;
/// others have little time and memory.
/// </summary>
internal static class KestrelLimits
{
    // Headers come from anybody, and fit into a few packets.
    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(30);

    // The limit for requests other than uploads (forms and JSON), and for unread bodies that the web server drains (for a fixed five seconds).
    private const long MaxBufferedBody = 4 * 1024 * 1024;

    // Received and unread bytes per connection; the default of one megabyte would be available to anybody.
    private const int ReadBuffer = 256 * 1024;

    /// <summary>Sets the limits of Kestrel.</summary>
    public static void Apply(KestrelServerOptions kestrel, ServerOptions options)
    {
        var limits = kestrel.Limits;
        limits.KeepAliveTimeout = options.ChannelTimeout;
        limits.RequestHeadersTimeout = options.ChannelTimeout < HeadersTime ? options.ChannelTimeout : HeadersTime;
        limits.MaxRequestLineSize = 8 * 1024; // the longest path has a repository, a project and a file name
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestHeadersTotalSize = options.MaxRequestHeaderSize ?? 32 * 1024;
        limits.MaxRequestBodySize = Math.Min(options.MaxRequestBodySize ?? long.MaxValue, MaxBufferedBody);
        limits.MaxRequestBufferSize = ReadBufferOf(options); // Kestrel requires at least the size of the headers
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.MaxConcurrentUpgradedConnections = 0; // no protocol upgrades are supported

        // Average rates abort clients that pause early, and miss clients that stop late. RequestBody and ResponseStallDetector watch progress instead.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = ResponseStallDetector.IsSupported ? null : new MinDataRate(bytesPerSecond: 240, gracePeriod: options.ChannelTimeout);

        var time = kestrel.ApplicationServices.GetRequiredService<TimeProvider>();
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            // No installer or proxy uses HTTP/2 without TLS, and its limits would need settings of their own.
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(next => connection =>
            {
                Watch(connection, options.ChannelTimeout, time);

                return next(connection);
            });
        });
    }

    /// <summary>Sets the limits of the sockets.</summary>
    public static void Apply(SocketTransportOptions sockets, ServerOptions options)
    {
        sockets.MaxReadBufferSize = ReadBufferOf(options);
        sockets.IOQueueCount = 0; // straight to the thread pool: a queue before it costs a request a switch of threads
    }

    private static void Watch(ConnectionContext connection, TimeSpan longest, TimeProvider time)
    {
        if (ResponseStallDetector.IsSupported
            && connection.Features.Get<IConnectionSocketFeature>() is { Socket: var socket }
            && connection.Features.Get<IConnectionHeartbeatFeature>() is { } heartbeat)
        {
            var watch = new ResponseStallDetector(socket, longest, time);
            heartbeat.OnHeartbeat(
                _ =>
                {
                    if (watch.IsStalled())
                    {
                        watch.DiscardUnsent();
                        connection.Abort(new ConnectionAbortedException("The client stopped reading."));
                    }
                },
                watch);
        }
    }

    private static int ReadBufferOf(ServerOptions options) => Math.Max(ReadBuffer, options.MaxRequestHeaderSize ?? 0);
}
