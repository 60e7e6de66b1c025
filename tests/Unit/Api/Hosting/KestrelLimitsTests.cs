using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using PyWharf.Api.Hosting;

namespace PyWharf.Unit.Api.Hosting;

public sealed class KestrelLimitsTests
{
    [Fact]
    public void No_average_of_bytes_breaks_off_who_is_slow_and_the_flag_rules_the_rest()
    {
        var limits = LimitsOf(new ServerOptions { Root = "" });

        Assert.Null(limits.MinRequestBodyDataRate);
        Assert.Equal(OperatingSystem.IsLinux(), limits.MinResponseDataRate is null);
        Assert.Equal((130, 30), (limits.KeepAliveTimeout.TotalSeconds, limits.RequestHeadersTimeout.TotalSeconds));

        limits = LimitsOf(new ServerOptions { Root = "", ChannelTimeout = TimeSpan.FromSeconds(7) });
        Assert.Equal((7, 7), (limits.KeepAliveTimeout.TotalSeconds, limits.RequestHeadersTimeout.TotalSeconds));
    }

    [Fact]
    public void What_is_kept_of_a_connection_is_bounded_and_has_room_for_all_headers()
    {
        foreach (var headers in (int?[])[null, 100, 3_000_000])
        {
            var options = new ServerOptions { Root = "", MaxRequestHeaderSize = headers };
            var (limits, sockets) = (LimitsOf(options), new SocketTransportOptions());
            KestrelLimits.Apply(sockets, options);

            Assert.InRange(limits.MaxRequestBufferSize ?? long.MaxValue, limits.MaxRequestHeadersTotalSize, Math.Max(256 * 1024, headers ?? 0));
            Assert.Equal(limits.MaxRequestBufferSize, sockets.MaxReadBufferSize);
        }
    }

    private static KestrelServerLimits LimitsOf(ServerOptions options)
    {
        using var services = new ServiceCollection().AddSingleton(TimeProvider.System).BuildServiceProvider();
        var kestrel = new KestrelServerOptions { ApplicationServices = services };
        KestrelLimits.Apply(kestrel, options);

        return kestrel.Limits;
    }
}
