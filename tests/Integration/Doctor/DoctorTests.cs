using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Doctor;

/// <summary><c>pywharf doctor</c> against real proxies with a real server behind, good ones and broken ones.</summary>
public sealed class DoctorTests(DoctoredServer deployments) : IClassFixture<DoctoredServer>, IDisposable
{
    private readonly TempFolder _folder = new();

    [FactWhen(Needs.Nginx)]
    public async Task It_finds_nothing_wrong_with_a_good_nginx()
    {
        var checkup = await RunAsync(deployments.AddressOf(DoctoredServer.Good), ServerFixture.WriteSecret, "--upload");

        Assert.All(checkup.Checks, check => Assert.Equal("ok", check.Value.Status));
        Assert.Equal(0, checkup.ExitCode);
        using var reader = deployments.Server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.DoesNotContain(".whl", await reader.GetStringAsync("simple/pywharf-doctor/"), StringComparison.Ordinal);
    }

    [FactWhen(Needs.HAProxy)]
    public async Task It_finds_nothing_wrong_with_a_good_haproxy()
    {
        var port = ProxyProcess.FreePort();
        var certificate = new TestCertificate(_folder.Path);
        using var haproxy = await ProxyProcess.StartHAProxyAsync(_folder.Path, $"""
            defaults
                mode http
                timeout connect 30s
                timeout client 300s
                timeout server 300s
            frontend tls
                bind 127.0.0.1:{port} ssl crt both.pem alpn h2,http/1.1
                option forwardfor
                http-request set-header X-Forwarded-Proto https
                http-request set-header X-Forwarded-Host %[req.hdr(Host)]
                http-request set-header X-Forwarded-Prefix /pypi
                default_backend app
            backend app
                server a {deployments.Server.BaseAddress.Authority}

            """, port);

        var checkup = await RunAsync(new Uri($"https://localhost:{port}/pypi/simple/"), ServerFixture.WriteSecret, certificate, "--upload");

        Assert.All(checkup.Checks, check => Assert.Equal("ok", check.Value.Status));
        Assert.Equal(0, checkup.ExitCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("simple/")]
    [InlineData("simple")]
    [InlineData(ServerFixture.Repository)]
    [InlineData($"{ServerFixture.Repository}/simple/")]
    public async Task It_finds_nothing_wrong_without_a_proxy(string path)
    {
        var checkup = await RunAsync(new Uri(deployments.Server.BaseAddress, path), ServerFixture.ReadSecret);

        Assert.Empty(checkup.Failures);
        Assert.Equal(["cleanup", "upload"], checkup.Checks.Where(check => check.Value.Status != "ok").Select(check => check.Key).Order());
        Assert.Equal(0, checkup.ExitCode);
    }

    [TheoryWhen(Needs.Nginx)]
    [MemberData(nameof(DoctoredServer.EachFault), MemberType = typeof(DoctoredServer))]
    public async Task It_names_what_is_broken_and_nothing_else(string fault)
    {
        var checkup = await RunAsync(deployments.AddressOf(fault), ServerFixture.WriteSecret);

        Assert.Equal([fault], checkup.Failures);
        Assert.Equal(1, checkup.ExitCode);
        var (_, clients, nginx, haproxy) = checkup.Checks[fault];
        Assert.NotEmpty(clients);
        Assert.NotEmpty(nginx);
        Assert.NotEmpty(haproxy);
    }

    [TheoryWhen(Needs.Nginx)]
    [InlineData("request_buffering")]
    [InlineData("body_size")]
    [InlineData("prefix")]
    [InlineData("redirects")]
    [InlineData("plus_sign")]
    public async Task Much_is_found_without_credentials(string fault)
    {
        var checkup = await RunAsync(deployments.AddressOf(fault), password: null);

        Assert.Equal([fault], checkup.Failures);
        Assert.Equal("skipped", checkup.Checks["download"].Status);
    }

    [FactWhen(Needs.Nginx)]
    public async Task People_read_what_breaks_and_the_line_that_mends_it()
    {
        var said = await PyWharfProcess.RunAsync(["doctor", deployments.AddressOf("body_size").AbsoluteUri], [deployments.Certificate.Trusted]);

        Assert.Equal(1, said.ExitCode);
        said.Saying("failed   body_size: the proxy refuses uploads of 10 MiB (413)").Saying("concerns: twine").Saying("nginx: client_max_body_size 5g;").Saying("1 failed");
        Assert.Empty(said.Stderr);
    }

    [FactWhen(Needs.Nginx)]
    public async Task Another_server_is_told_from_pywharf()
    {
        var checkup = await RunAsync(deployments.AddressOf("no pywharf"), password: null);

        Assert.Equal(["server"], checkup.Failures);
        Assert.Equal(1, checkup.ExitCode);
    }

    [Fact]
    public async Task A_prefix_that_the_server_does_not_know_is_named()
    {
        var said = await PyWharfProcess.RunAsync(["doctor", new Uri(deployments.Server.BaseAddress, "team/pypi/").AbsoluteUri]);

        Assert.Equal(1, said.ExitCode);
        said.Saying("failed   server: pywharf answers").Saying("proxy_set_header X-Forwarded-Prefix /team/pypi;").Saying("--url_prefix=/team/pypi");
    }

    [Fact]
    public async Task A_closed_port_is_named()
    {
        var said = await PyWharfProcess.RunAsync(["doctor", $"http://127.0.0.1:{ProxyProcess.FreePort()}/"]);

        Assert.Equal(1, said.ExitCode);
        said.Saying("failed   connection: nothing listens on 127.0.0.1:");
    }

    [FactWhen(Needs.Nginx)]
    public async Task A_certificate_that_nobody_vouches_for_is_named()
    {
        var said = await PyWharfProcess.RunAsync(["doctor", deployments.AddressOf(DoctoredServer.Good).AbsoluteUri]);

        Assert.Equal(1, said.ExitCode);
        said.Saying("failed   tls: untrusted").Saying("SSL_CERT_FILE");
    }

    [FactWhen(Needs.Nginx)]
    public async Task A_certificate_for_another_name_is_named()
    {
        var address = new UriBuilder(deployments.AddressOf(DoctoredServer.Good)) { Host = "127.0.0.1" }.Uri;

        var said = await PyWharfProcess.RunAsync(["doctor", address.AbsoluteUri], [deployments.Certificate.Trusted]);

        Assert.Equal(1, said.ExitCode);
        said.Saying("failed   tls: wrong name: the certificate is for localhost, not for 127.0.0.1");
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_never_printed()
    {
        var checkup = await RunAsync(deployments.Server.BaseAddress, "n0t-the-secret");

        Assert.Equal(["authorization"], checkup.Failures);
        Assert.DoesNotContain("n0t-the-secret", checkup.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_index_is_no_fault()
    {
        using var server = await PyWharfProcess.StartAsync(_folder.At("empty"), ServerFixture.Config);

        var checkup = await RunAsync(server.BaseAddress, ServerFixture.ReadSecret);

        Assert.Equal((0, "skipped"), (checkup.ExitCode, checkup.Checks["ranges"].Status));
        Assert.Contains("--upload", checkup.Text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<FoundByDoctor> RunAsync(Uri address, string? password, params string[] flags) => RunAsync(address, password, deployments.Certificate, flags);

    private static async Task<FoundByDoctor> RunAsync(Uri address, string? password, TestCertificate certificate, params string[] flags)
    {
        string[] login = password is null ? [] : [$"--user={ServerFixture.Repository}", "--password_env=THE_PASSWORD"];
        var result = await PyWharfProcess.RunAsync(
            ["doctor", address.AbsoluteUri, "--json", .. login, .. flags], [certificate.Trusted, ("THE_PASSWORD", password ?? "")]);

        return new FoundByDoctor(result.ExitCode, result.ToString(), JsonDocument.Parse(result.Stdout).RootElement);
    }
}
