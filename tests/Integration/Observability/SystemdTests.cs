using System.Net.Sockets;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Observability;

/// <summary>What systemd is told by a server that it runs with Type=notify: the datagrams of sd_notify.</summary>
public sealed class SystemdTests : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public SystemdTests() => _systemd.Bind(new UnixDomainSocketEndPoint(_root.At("notify")));

    public void Dispose()
    {
        _systemd.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task It_is_told_of_each_state()
    {
        var config = _root.At("config.toml");
        await File.WriteAllTextAsync(config, "[team]\ntype = \"file_system\"\nread_secret = \"r\"\n");
        using var server = await PyWharfProcess.StartAsync(
            ["server", _root.At("root"), "--host=127.0.0.1", "--port=0", "--extra_index_url=", $"--config={config}"],
            [("NOTIFY_SOCKET", _root.At("notify")), ("WATCHDOG_USEC", "200000")]);

        await ToldAsync("READY=1");
        await ToldAsync("WATCHDOG=1");
        await ToldAsync("WATCHDOG=1");

        server.Send(PyWharfProcess.SigHup);
        Assert.Matches(@"RELOADING=1\nMONOTONIC_USEC=\d+", await ToldAsync("RELOADING=1"));
        await ToldAsync("READY=1");

        await File.WriteAllTextAsync(config, "[team");
        server.Send(PyWharfProcess.SigHup);
        await ToldAsync("RELOADING=1");
        Assert.Contains("can't be used", await ToldAsync("READY=1"), StringComparison.Ordinal);

        server.Send(PyWharfProcess.SigTerm);
        await ToldAsync("STOPPING=1");
        Assert.Equal(0, await server.EndAsync());
    }

    /// <summary>Waits for the next datagram of that kind, and gives it back.</summary>
    private async Task<string> ToldAsync(string state)
    {
        var buffer = new byte[1024];
        while (true)
        {
            var length = await _systemd.ReceiveAsync(buffer).WaitAsync(ChildProcess.HangGuard);
            var text = Encoding.UTF8.GetString(buffer, 0, length);
            if (text.Contains(state, StringComparison.Ordinal))
            {
                return text;
            }
        }
    }
}
