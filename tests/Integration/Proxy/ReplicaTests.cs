using System.Collections.Concurrent;
using System.Net;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>Three servers behind the proxies of deploy/, two of which crash under load: no client notices.</summary>
public abstract class ReplicaTests : IDisposable
{
    private const int Readers = 3;
    private const int Installs = 2;

    private readonly PythonUser _user = new();
    private IReadOnlyList<PyWharfProcess> _servers = [];
    private readonly int _port = ProxyProcess.FreePort();
    private readonly Distribution[] _wheels = [.. Enumerable.Range(1, 3).Select(number => Wheels.Build($"part{number}", "1.0", payload: 20_000, random: true))];

    private Uri Base => new($"https://localhost:{_port}/pypi/");

    private protected async Task CrashBehindNginxAsync()
    {
        _servers = await StartServersAsync(_user.Home);
        var certificate = new TestCertificate(_user.Home);
        using var nginx = await ProxyProcess.StartNginxAsync(_user.Home, DeployedFile.Nginx(_port, [.. _servers.Select(server => server.BaseAddress)]), _port);

        await AssertNobodyNoticesCrashesAsync(certificate);
    }

    private protected async Task CrashBehindHAProxyAsync()
    {
        _servers = await StartServersAsync(_user.Home);
        var certificate = new TestCertificate(_user.Home);
        using var haproxy = await ProxyProcess.StartHAProxyAsync(_user.Home, DeployedFile.HAProxy(_port, [.. _servers.Select(server => server.BaseAddress)]), _port);

        await AssertNobodyNoticesCrashesAsync(certificate);
    }

    private protected async Task StayLoggedInAsync()
    {
        _servers = await StartServersAsync(_user.Home);
        var addresses = _servers.Select(server => server.BaseAddress).ToList();
        _ = new TestCertificate(_user.Home);
        using var nginx = await ProxyProcess.StartNginxAsync(_user.Home, DeployedFile.Nginx(_port, addresses), _port);
        await AssertStaysLoggedInAsync(Base);

        var other = ProxyProcess.FreePort();
        using var haproxy = await ProxyProcess.StartHAProxyAsync(_user.Home, DeployedFile.HAProxy(other, addresses), other);
        await AssertStaysLoggedInAsync(new Uri($"https://localhost:{other}/pypi/"));
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts three servers that trust a proxy on this machine.</summary>
    /// <param name="folder">Where their files may lie.</param>
    private protected abstract Task<IReadOnlyList<PyWharfProcess>> StartServersAsync(string folder);

    /// <summary>Ends them.</summary>
    protected virtual void Dispose(bool disposing) => _user.Dispose();

    private async Task AssertNobodyNoticesCrashesAsync(TestCertificate certificate)
    {
        using var writer = _servers[0].Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(_wheels);
        var failures = new ConcurrentQueue<string>();
        var requests = 0;
        using var end = new CancellationTokenSource();

        var readers = Enumerable.Range(0, Readers).Select(_ => ReadAsync(certificate, failures, () => Interlocked.Increment(ref requests), end.Token)).ToList();
        var installs = InstallAsync(failures);
        foreach (var server in _servers.Take(2))
        {
            await AfterMoreRequestsAsync();
            await server.Kill9Async();
        }

        await AfterMoreRequestsAsync();
        await installs;
        var late = Wheels.Build("late", "1.0", payload: 2_000_000, random: true).WriteTo(_user.At("dist"));
        (await _user.TwineUploadAsync(
            new Uri(Base, "simple/"), ServerFixture.Repository, ServerFixture.WriteSecret, "--cert", certificate.CertificateFile, late)).Succeeded();
        await end.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Empty(failures);
        using var client = Reader(certificate);
        Assert.Contains("late-1.0", await client.GetStringAsync(new Uri(Base, "simple/late/")), StringComparison.Ordinal);

        Task AfterMoreRequestsAsync()
        {
            var target = Volatile.Read(ref requests) + 100;

            return Eventually.HoldsAsync("a hundred more requests are answered", () => Volatile.Read(ref requests) >= target || !failures.IsEmpty);
        }
    }

    private async Task ReadAsync(TestCertificate certificate, ConcurrentQueue<string> failures, Action answered, CancellationToken cancellationToken)
    {
        using var client = Reader(certificate);
        for (var i = 0; !cancellationToken.IsCancellationRequested && failures.IsEmpty; i++)
        {
            var wheel = _wheels[i % _wheels.Length];
            var page = new Uri(Base, $"simple/{wheel.Name}/");
            try
            {
                var got = i % 2 == 0 ? await client.GetByteArrayAsync(new Uri(page, wheel.Filename), CancellationToken.None) : await client.GetByteArrayAsync(page, CancellationToken.None);
                if (i % 2 == 0 && !got.AsSpan().SequenceEqual(wheel.Content))
                {
                    failures.Enqueue($"{wheel.Filename} came as {got.Length} bytes");
                }
            }
            catch (HttpRequestException exception)
            {
                failures.Enqueue(exception.ToString());
            }

            answered();
        }
    }

    private async Task InstallAsync(ConcurrentQueue<string> failures)
    {
        var index = new UriBuilder(new Uri(Base, "simple/")) { UserName = ServerFixture.Repository, Password = ServerFixture.ReadSecret };
        for (var i = 0; i < Installs; i++)
        {
            var pip = await _user.PipAsync(
                PythonClients.Python ?? "",
                ["install", "--no-cache-dir", "--cert", _user.At("cert.pem"), "--target", _user.At($"target{i}"), "--index-url", index.Uri.AbsoluteUri, .. _wheels.Select(wheel => wheel.Name)]);
            if (pip.ExitCode != 0 || pip.Stderr.Contains("Retrying", StringComparison.Ordinal))
            {
                failures.Enqueue(pip.ToString());
            }
        }
    }

    private static async Task AssertStaysLoggedInAsync(Uri address)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        using var browser = new HttpClient(handler);
        using var page = await browser.GetAsync(new Uri(address, "login/"));
        var token = handler.CookieContainer.GetAllCookies().Single(cookie => cookie.Name == "pywharf_login").Value;
        using var form = new FormUrlEncodedContent(
            [new("csrf_token", token), new("pkg_repo_name", ServerFixture.Repository), new("pkg_repo_secret_raw", ServerFixture.ReadSecret), new("next", "/pypi/simple/")]);

        using var login = await browser.PostAsync(new Uri(address, "login/"), form);

        Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        for (var i = 0; i < 9; i++)
        {
            using var answer = await browser.GetAsync(new Uri(address, "simple/"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static HttpClient Reader(TestCertificate certificate)
    {
        var client = certificate.Client();
        client.DefaultRequestHeaders.Authorization = PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.ReadSecret);

        return client;
    }
}
