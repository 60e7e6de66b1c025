using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Importing;

/// <summary>The listings that a real nginx makes of a folder (<c>autoindex on</c>), which have neither digests nor yanks.</summary>
public sealed class NginxListingTests : ImportTests
{
    private readonly TempFolder _home = new();
    private Process? _nginx;

    public override void Dispose()
    {
        _nginx?.Kill(entireProcessTree: true);
        _nginx?.Dispose();
        _home.Dispose();
        base.Dispose();
    }

    [FactWhen(Needs.Nginx)]
    public async Task Flat_and_nested_folders_are_imported_and_nothing_is_fetched_twice()
    {
        var files = new[] { Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"), Sdists.Build("a-project-with-a-name-that-is-cut-off-in-the-listing-of-a-folder", "1.0"), Wheels.Build("flat", "1.0+local") };
        foreach (var (file, folder) in files.Zip(["demo", "demo/2", "nested/deeper", ""]))
        {
            File.SetLastWriteTimeUtc(file.WriteTo(Path.Combine(Source, folder)), new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }

        await File.WriteAllTextAsync(Path.Combine(Source, "README.txt"), "Packages of the team");
        var listing = await StartAsync();

        var report = await ImportJsonAsync(listing);

        Assert.Equal((4, 0, 0), Numbers(report));
        Assert.Equal(1, report.GetProperty("passed_over").GetInt32());
        Assert.Equal((0, 4, 0), Numbers(await ImportJsonAsync(listing)));
        Assert.Equal((0, 2, 0), Numbers(await ImportJsonAsync(listing, "--projects=demo")));
        var fetched = (await File.ReadAllLinesAsync(_home.At("access.log"))).Where(line => line.StartsWith("GET", StringComparison.Ordinal) && line.Contains("-1.0", StringComparison.Ordinal)).ToList();
        Assert.Equal(fetched.Count, fetched.Distinct().Count());
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Equal(files.Select(file => file.Sha256).Order(StringComparer.Ordinal), (await reader.ReadAllFilesAsync()).Select(file => file.Sha256).Order(StringComparer.Ordinal));
        Assert.Equal("2020-02-03T04:05:06.000000Z", FileOf(await reader.ProjectAsync("demo"), files[0].Filename).GetProperty("upload-time").GetString());
    }

    private async Task<string> StartAsync()
    {
        var port = FreePort();
        await File.WriteAllTextAsync(_home.At("nginx.conf"), $$"""
            daemon off;
            pid nginx.pid;
            user root;
            events { }
            http {
              log_format requests "$request_method $uri";
              access_log access.log requests;
              client_body_temp_path tmp/a; proxy_temp_path tmp/b; fastcgi_temp_path tmp/c; uwsgi_temp_path tmp/d; scgi_temp_path tmp/e;
              server { listen 127.0.0.1:{{port}}; root {{Source}}; autoindex on; }
            }
            """);
        Directory.CreateDirectory(_home.At("tmp"));
        _nginx = Process.Start(ChildProcess.Describe("/usr/sbin/nginx", ["-p", _home.Path, "-c", _home.At("nginx.conf"), "-e", "stderr"], []));
        using var client = new HttpClient();
        var listing = $"http://127.0.0.1:{port}/";
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                return (await client.GetAsync(new Uri(listing))).IsSuccessStatusCode;
            }
            catch (HttpRequestException) when (_nginx is { HasExited: false })
            {
                return false;
            }
        });

        return listing;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
