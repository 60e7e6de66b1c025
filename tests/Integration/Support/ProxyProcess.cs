using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PyWharf.Integration.Support;

/// <summary>A real nginx or HAProxy that runs in a folder, in the foreground.</summary>
internal sealed class ProxyProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = [];

    private ProxyProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts nginx with these lines in its <c>http</c> block, and waits until it answers on a port.</summary>
    public static async Task<ProxyProcess> StartNginxAsync(string folder, string http, int port)
    {
        // Paths of nginx.conf are relative to the folder.
        Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        // Where the tests run as root, nginx's workers do not: as in a deployment, they are in the group that may read packages.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off;
            user nobody root;
            pid nginx.pid;
            worker_processes 1;
            events { }
            http {
              access_log off;
              client_body_temp_path tmp/a; proxy_temp_path tmp/b; fastcgi_temp_path tmp/c; uwsgi_temp_path tmp/d; scgi_temp_path tmp/e;
              {{http}}
            }
            """);

        return await StartAsync(
            ChildProcess.Describe("/usr/sbin/nginx", ["-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", "stderr"], []), port);
    }

    /// <summary>Starts HAProxy with a configuration, and waits until it answers on a port.</summary>
    public static async Task<ProxyProcess> StartHAProxyAsync(string folder, string configuration, int port)
    {
        var file = Path.Combine(folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, configuration);

        return await StartAsync(ChildProcess.Describe("/usr/sbin/haproxy", ["-db", "-C", folder, "-f", file], []), port);
    }

    /// <summary>A port of the loopback that was free just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static async Task<ProxyProcess> StartAsync(ProcessStartInfo start, int port)
    {
        var proxy = new ProxyProcess(start);
        try
        {
            await Eventually.HoldsAsync(async () =>
            {
                Assert.False(proxy._process.HasExited, $"{start.FileName} ended.\n{string.Join('\n', proxy._log)}");
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            });

            return proxy;
        }
        catch
        {
            proxy.Dispose();
            throw;
        }
    }
}
