using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>A real nginx with TLS and a path prefix in front, configured as docs/proxy.md says; only ports and names are the test's.</summary>
public sealed class NginxTests : IAsyncLifetime, IDisposable
{
    private readonly PythonUser _user = new();
    private PyWharfProcess? _server;
    private Process? _nginx;
    private int _port;

    private Uri Index => new($"https://localhost:{_port}/pypi/simple/");

    [FactWhen(Needs.Nginx, Needs.Twine, Needs.Venv)]
    public async Task Twine_and_pip_go_through()
    {
        var wheel = Wheels.Build("behind-nginx", "1.0", payload: 3_000_000, random: true).WriteTo(_user.At("dist"));
        var credentials = (ServerFixture.Repository, ServerFixture.WriteSecret);

        (await _user.TwineUploadAsync(Index, credentials.Repository, credentials.WriteSecret, "--cert", _user.At("cert.pem"), wheel)).Succeeded();
        var url = new UriBuilder(Index) { UserName = ServerFixture.Repository, Password = ServerFixture.ReadSecret }.Uri.AbsoluteUri;
        (await _user.PipAsync(
            PythonClients.Python ?? "", "download", "--cert", _user.At("cert.pem"), "--no-deps", "--dest", _user.At("got"), "--index-url", url, "behind-nginx")).Succeeded();

        Assert.Equal(await File.ReadAllBytesAsync(wheel), await File.ReadAllBytesAsync(_user.At("got", Path.GetFileName(wheel))));
    }

    [FactWhen(Needs.Nginx)]
    public async Task Redirects_and_cookies_are_those_of_the_public_address()
    {
        using var client = Client();

        using var slash = await client.GetAsync(new Uri(Index, "demo?a=b"));
        using var login = await client.GetAsync(new Uri(Index, "../login/"));

        Assert.Equal(new Uri(Index, "demo/?a=b"), slash.Headers.Location);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/pypi", cookie, StringComparison.OrdinalIgnoreCase);
    }

    public async Task InitializeAsync()
    {
        if (Requirement.Unmet(Needs.Nginx) is not null)
        {
            return;
        }

        _server = await PyWharfProcess.StartAsync(_user.At("root"), ServerFixture.Config, "--trusted_proxy=127.0.0.1");
        _port = FreePort();
        WriteCertificate();
        await File.WriteAllTextAsync(_user.At("nginx.conf"), Configuration(_server.BaseAddress.Port));
        Directory.CreateDirectory(_user.At("tmp"));

        var start = ChildProcess.Describe("/usr/sbin/nginx", ["-p", _user.Home, "-c", _user.At("nginx.conf"), "-e", "stderr"], []);
        _nginx = Process.Start(start);
        using var client = Client();
        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                return (await client.GetAsync(new Uri(Index, "../health"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException) when (_nginx is { HasExited: false })
            {
                return false;
            }
        });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _nginx?.Kill(entireProcessTree: true);
        _nginx?.Dispose();
        _server?.Dispose();
        _user.Dispose();
    }

    private string Configuration(int server, [CallerFilePath] string source = "")
    {
        var guide = File.ReadAllText(Path.Combine(Path.GetDirectoryName(source) ?? "", "..", "..", "..", "docs", "proxy.md"));
        var block = guide.Split("```nginx\n")[1].Split("```")[0];
        foreach (var (theirs, ours) in new[]
        {
            ("listen 443 ssl http2;", $"listen 127.0.0.1:{_port} ssl http2;"),
            ("pypi.example.com", "localhost"),
            ("http://127.0.0.1:8888", $"http://127.0.0.1:{server}"),
        })
        {
            Assert.Contains(theirs, block, StringComparison.Ordinal);
            block = block.Replace(theirs, ours, StringComparison.Ordinal);
        }

        return $$"""
            daemon off;
            pid nginx.pid;
            events { }
            http {
              access_log off;
              client_body_temp_path tmp/a; proxy_temp_path tmp/b; fastcgi_temp_path tmp/c; uwsgi_temp_path tmp/d; scgi_temp_path tmp/e;
              {{block}}
            }
            """;
    }

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));

        File.WriteAllText(_user.At("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_user.At("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private HttpClient Client()
    {
        var trusted = X509CertificateLoader.LoadCertificateFromFile(_user.At("cert.pem"));
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == trusted.GetCertHashString();

        return new HttpClient(handler);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
