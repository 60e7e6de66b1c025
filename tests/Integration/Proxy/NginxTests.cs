using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>deploy/nginx/pywharf.conf in a real nginx in front of one server, with the path prefix and without.</summary>
public sealed class NginxTests : IAsyncLifetime, IDisposable
{
    private readonly PythonUser _user = new();
    private readonly int _port = ProxyProcess.FreePort();
    private TestCertificate? _certificate;
    private PyWharfProcess? _server;
    private ProxyProcess? _nginx;

    private Uri Index => new($"https://localhost:{_port}/pypi/simple/");

    [FactWhen(Needs.Nginx, Needs.Twine, Needs.Venv)]
    public async Task Twine_and_pip_go_through()
    {
        await StartNginxAsync();
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
        await StartNginxAsync();
        using var client = _certificate!.Client();

        using var slash = await client.GetAsync(new Uri(Index, "demo?a=b"));
        using var login = await client.GetAsync(new Uri(Index, "../login/"));

        Assert.Equal(new Uri(Index, "demo/?a=b"), slash.Headers.Location);
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/pypi", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [FactWhen(Needs.Nginx)]
    public async Task Without_the_prefix_it_serves_the_root_of_a_host()
    {
        await StartNginxAsync(("location /pypi/ {", "location / {"), ("proxy_set_header X-Forwarded-Prefix /pypi;", "proxy_set_header X-Forwarded-Prefix \"\";"));
        using var client = _certificate!.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-Prefix", "/elsewhere");
        using var slash = await client.GetAsync(new Uri($"https://localhost:{_port}/simple"));

        var doctor = await PyWharfProcess.RunAsync(
            ["doctor", $"https://localhost:{_port}/", $"--user={ServerFixture.Repository}", "--password_env=THE_PASSWORD"],
            [_certificate!.Trusted, ("THE_PASSWORD", ServerFixture.ReadSecret)]);

        doctor.Succeeded().Saying("ok       prefix: published at the root");
        Assert.Equal("/simple/", slash.Headers.Location?.AbsolutePath);
    }

    [FactWhen(Needs.Nginx)]
    public async Task It_sends_the_files_itself_where_the_server_leaves_them_to_it()
    {
        using var server = await PyWharfProcess.StartAsync(_user.At("accel"), ServerFixture.Config, "--trusted_proxy=127.0.0.1", "--accel_redirect=/_files/");
        _nginx = await ProxyProcess.StartNginxAsync(
            _user.Home, DeployedFile.Nginx(_port, [server.BaseAddress], ("alias /srv/pywharf/;", $"alias {_user.At("accel")}/;")), _port);

        var doctor = await PyWharfProcess.RunAsync(
            ["doctor", $"https://localhost:{_port}/pypi/", $"--user={ServerFixture.Repository}", "--password_env=THE_PASSWORD", "--upload"],
            [_certificate!.Trusted, ("THE_PASSWORD", ServerFixture.WriteSecret)]);

        doctor.Succeeded().Saying("ok       download").Saying("ok       ranges").Saying("ok       plus_sign");
    }

    public async Task InitializeAsync()
    {
        _server = await PyWharfProcess.StartAsync(_user.At("root"), ServerFixture.Config, "--trusted_proxy=127.0.0.1");
        _certificate = new TestCertificate(_user.Home);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _nginx?.Dispose();
        _server?.Dispose();
        _user.Dispose();
    }

    private async Task StartNginxAsync(params (string Theirs, string Ours)[] replacements) =>
        _nginx = await ProxyProcess.StartNginxAsync(_user.Home, DeployedFile.Nginx(_port, [_server!.BaseAddress], replacements), _port);
}
