using System.Net;
using System.Net.Sockets;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.0.1")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2001:0:4136:e378::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Private_and_special_addresses_are_not_public(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("151.101.0.223")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    [InlineData("2002:101:101::1")]
    [InlineData("2a04:4e42::223")]
    public void Addresses_of_the_internet_are(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.2/")]
    [InlineData("http://2130706434/")]
    [InlineData("http://0x7f.2/")]
    [InlineData("http://0177.0.0.2/")]
    [InlineData("http://[::ffff:127.0.0.2]/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://localhost/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://a.localhost/")]
    public async Task Literal_addresses_and_names_of_this_machine_are_refused_by_the_text_of_the_url(string url) =>
        Assert.True(await Guard("index.example", "1.1.1.1").IsRefusedAsync(new Uri(url), default));

    [Theory]
    [InlineData("http://10.0.0.5:9999/")]
    [InlineData("http://[::ffff:10.0.0.5]/")]
    [InlineData("http://index.example:8080/")]
    [InlineData("https://files.example/")]
    public async Task The_configured_host_and_its_address_are_not(string url) =>
        Assert.False(await Guard("index.example", "10.0.0.5").IsRefusedAsync(new Uri(url), default));

    [Fact]
    public async Task A_name_is_connected_to_by_the_address_that_was_checked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var guard = new AddressGuard("index.example", new WebProxy(), (host, _) => Task.FromResult<IPAddress[]>(
            [IPAddress.Parse(host == "index.example" ? "127.0.0.1" : host == "evil.example" ? "127.0.0.2" : host)]));
        using var http = new HttpClient(new IndexRedirectHandler(
            new RedirectRules("The upstream index at index.example", new Uri($"http://index.example:{port}/"), Credentials: null) { LeavesOrigin = true, Guard = guard },
            new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false, AllowAutoRedirect = false }));

        var refused = await Assert.ThrowsAsync<UpstreamException>(() => http.GetAsync(new Uri($"http://evil.example:{port}/")));
        Assert.Equal(FailureKind.BadGateway, refused.Kind);
        Assert.Contains("evil.example has a private address", refused.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending());

        var allowed = http.GetAsync(new Uri($"http://index.example:{port}/"));
        using var connection = await listener.AcceptTcpClientAsync();
        await connection.GetStream().WriteAsync("HTTP/1.1 302 Found\r\nLocation: http://evil.example/x\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        Assert.Contains("evil.example", (await Assert.ThrowsAsync<UpstreamException>(() => allowed)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1.1.1", "10.0.0.5")]
    [InlineData("1.1.1.1", "1.1.1.1 10.0.0.5")]
    [InlineData("1.1.1.1 10.0.0.5", "10.0.0.5")]
    [InlineData("1.1.1.1", "127.0.0.1")]
    public async Task An_index_of_the_internet_never_opens_the_private_network_whatever_it_resolves_to_later(string first, string later)
    {
        var (guard, answers) = ChangingGuard(first);
        Assert.True(await guard.IsRefusedAsync(new Uri("http://10.0.0.5/"), default));

        answers["index.example"] = later;

        Assert.True(await guard.IsRefusedAsync(new Uri("http://10.0.0.5/"), default));
        Assert.True(await guard.IsRefusedAsync(new Uri("http://localhost/"), default));
        Assert.False(await guard.IsRefusedAsync(new Uri("http://1.1.1.1/"), default));
        answers["files.example"] = "10.0.0.5";
        var refused = await Assert.ThrowsAsync<UpstreamException>(() => GetAsync(guard, "http://files.example/"));
        Assert.Contains("files.example has a private address", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_of_the_internet_that_moves_into_the_private_network_takes_a_restart()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (guard, answers) = ChangingGuard("1.1.1.1");
        await guard.IsRefusedAsync(new Uri("http://10.0.0.5/"), default);

        answers["index.example"] = "127.0.0.1";
        var refused = await Assert.ThrowsAsync<UpstreamException>(() => GetAsync(guard, $"http://index.example:{((IPEndPoint)listener.LocalEndpoint).Port}/"));

        Assert.Equal(FailureKind.BadGateway, refused.Kind);
        Assert.Contains("restart this server", refused.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task An_index_of_the_private_network_may_have_the_addresses_that_it_had_and_has()
    {
        var (guard, answers) = ChangingGuard("10.0.0.5");
        Assert.False(await guard.IsRefusedAsync(new Uri("http://10.0.0.5/"), default));

        answers["index.example"] = "10.0.0.6";

        Assert.False(await guard.IsRefusedAsync(new Uri("http://10.0.0.5/"), default));
        Assert.False(await guard.IsRefusedAsync(new Uri("http://10.0.0.6/"), default));
        Assert.True(await guard.IsRefusedAsync(new Uri("http://10.0.0.7/"), default));
    }

    [Fact]
    public async Task A_proxy_may_have_a_private_address()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var proxy = new WebProxy(new Uri($"http://proxy.example:{((IPEndPoint)listener.LocalEndpoint).Port}"));
        var guard = new AddressGuard("index.example", proxy, (host, _) => host == "proxy.example"
            ? Task.FromResult<IPAddress[]>([IPAddress.Loopback])
            : throw new SocketException((int)SocketError.HostNotFound));
        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, Proxy = proxy });

        var answer = http.GetStringAsync(new Uri("http://files.example/x"));
        using var connection = await listener.AcceptTcpClientAsync();
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());

        Assert.Equal("ok", await answer);
        Assert.True(await guard.IsRefusedAsync(new Uri("http://169.254.169.254/"), default));
    }

    private static (AddressGuard Guard, Dictionary<string, string> Answers) ChangingGuard(string first)
    {
        var answers = new Dictionary<string, string> { ["index.example"] = first };

        return (new("index.example", new WebProxy(), (host, _) => Task.FromResult<IPAddress[]>([.. answers[host].Split(' ').Select(IPAddress.Parse)])), answers);
    }

    private static async Task<string> GetAsync(AddressGuard guard, string url)
    {
        using var http = new HttpClient(new IndexRedirectHandler(
            new RedirectRules("The upstream index at index.example", new Uri("http://index.example/"), Credentials: null) { LeavesOrigin = true, Guard = guard },
            new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false, AllowAutoRedirect = false }));

        return await http.GetStringAsync(new Uri(url));
    }

    private static AddressGuard Guard(string host, string address) =>
        new(host, new WebProxy(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]));
}
