using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Every limit of time and memory that the web server puts on a connection, chosen for a package index: who is known may be as slow as their line
/// is, as long as something moves; who is not has little time and little room.
/// </summary>
internal static class KestrelLimits
{
    // Anybody may send headers. They fit into a few packets.
    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(30);

    // What is not lifted for an upload: forms and JSON, and what the web server throws away of a body that nobody reads (for five seconds, which
    // are fixed).
    private const long MaxBufferedBody = 4 * 1024 * 1024;

    // What has come and is not looked at yet, per connection: the web server's own megabyte is there for whoever connects.
    private const int ReadBuffer = 256 * 1024;

    /// <summary>The limits that hold whatever the transport is.</summary>
    public static void Apply(KestrelServerOptions kestrel, ServerOptions options)
    {
        var limits = kestrel.Limits;
        limits.KeepAliveTimeout = options.ChannelTimeout;
        limits.RequestHeadersTimeout = options.ChannelTimeout < HeadersTime ? options.ChannelTimeout : HeadersTime;
        limits.MaxRequestLineSize = 8 * 1024; // the longest path of ours has a repository, a project and a file name
        limits.MaxRequestHeaderCount = 100;
        limits.MaxRequestHeadersTotalSize = options.MaxRequestHeaderSize ?? 32 * 1024;
        limits.MaxRequestBodySize = Math.Min(options.MaxRequestBodySize ?? long.MaxValue, MaxBufferedBody);
        limits.MaxRequestBufferSize = ReadBufferOf(options); // no smaller than the headers, or the server does not start
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.MaxConcurrentUpgradedConnections = 0; // nothing here speaks another protocol

        // An average since the beginning breaks off who pauses early and lets pass who stops late. RequestBody and ResponseStallDetector see what moves.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = ResponseStallDetector.IsSupported ? null : new MinDataRate(bytesPerSecond: 240, gracePeriod: options.ChannelTimeout);

        var time = kestrel.ApplicationServices.GetRequiredService<TimeProvider>();
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            // HTTP/2 without TLS is spoken by no installer and no proxy in front; its limits are a chapter of their own.
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(next => connection =>
            {
                Watch(connection, options.ChannelTimeout, time);

                return next(connection);
            });
        });
    }

    /// <summary>The limits of the sockets.</summary>
    public static void Apply(SocketTransportOptions sockets, ServerOptions options) => sockets.MaxReadBufferSize = ReadBufferOf(options);

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
