using Microsoft.AspNetCore.HttpOverrides;
using PyWharf.Api.Hosting;
using IPNetwork = System.Net.IPNetwork;

namespace PyWharf.Unit.Api.Cli;

public sealed class ServerCommandTests
{
    [Fact]
    public async Task A_root_may_be_called_as_the_command() =>
        Assert.Equal("/srv/server", (await Invocation.Of("server", "/srv/server")).Server.Root);

    [Fact]
    public async Task Without_flags_it_does_what_the_original_does()
    {
        var server = (await Invocation.Of("server", "data")).Server;

        Assert.Equal(new ServerOptions { Root = Path.GetFullPath("data") }, server);
        Assert.Equal((null, null, false), (server.Config, server.AdminSecret, server.ConfigOrAdminSecretCanBeText));
        Assert.Equal((3600, 300), (server.AuthReadExpires.TotalSeconds, server.AuthWriteExpires.TotalSeconds));
        Assert.Equal(("https://pypi.org/simple/", false), (server.ExtraIndexUrl?.AbsoluteUri, server.Debug));
        Assert.Equal(("0.0.0.0", 8888), (server.Host, server.Port));
    }

    [Fact]
    public async Task Every_flag_reaches_its_option()
    {
        var invocation = await Invocation.Of(
            "server", "data", "--config=c.toml", "--admin_secret=[a]\nraw = \"b\"", "--config_or_admin_secret_can_be_text",
            "--auth_read_expires=0", "--auth_write_expires=7", "--extra_index_url=http://mirror/simple", "--debug",
            "--host=::1", "--port=0", "--url_prefix=pypi/", "--url_scheme=https", "--trusted_proxy=10.0.0.5",
            "--trusted_proxy_headers=X_Forwarded_For x-forwarded-proto", "--max_request_body_size=99999999999",
            "--max_request_header_size=1000", "--channel_timeout=9", "--connection_limit=3", "--drain_seconds=5", "--audit_max_bytes=1000",
            "--ident=wharf");

        var expected = new ServerOptions
        {
            Root = Path.GetFullPath("data"),
            Config = "c.toml",
            AdminSecret = "[a]\nraw = \"b\"",
            ConfigOrAdminSecretCanBeText = true,
            AuthReadExpires = TimeSpan.Zero,
            AuthWriteExpires = TimeSpan.FromSeconds(7),
            ExtraIndexUrl = new Uri("http://mirror/simple/"),
            Debug = true,
            Host = "::1",
            Port = 0,
            UrlPrefix = "/pypi",
            UrlScheme = "https",
            TrustedProxies = invocation.Server.TrustedProxies,
            TrustedProxyHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            MaxRequestBodySize = 99_999_999_999,
            MaxRequestHeaderSize = 1000,
            ChannelTimeout = TimeSpan.FromSeconds(9),
            ConnectionLimit = 3,
            Drain = TimeSpan.FromSeconds(5),
            AuditMaxBytes = 1000,
            Ident = "wharf",
        };
        Assert.Equal(expected, invocation.Server);
        Assert.Equal([IPNetwork.Parse("10.0.0.5/32")], invocation.Server.TrustedProxies);
        Assert.Empty(invocation.Stderr);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "--port=-1", "--port must be a whole number from 0 to 65535" },
        { "--port=65536", "--port must be a whole number from 0 to 65535" },
        { "--port=", "--port must be a whole number from 0 to 65535" },
        { "--port=8e3", "--port must be a whole number from 0 to 65535" },
        { "--host=", "--host must be an IP address, a host name or *" },
        { "--host=a b", "--host must be an IP address, a host name or *" },
        { "--host=127.0.0.1:80", "--host must be an IP address, a host name or *" },
        { "--auth_read_expires=-1", "--auth_read_expires must be a whole number of seconds" },
        { "--auth_read_expires=1.5", "--auth_read_expires must be a whole number of seconds" },
        { "--auth_write_expires=99999999999999999999", "--auth_write_expires must be a whole number of seconds" },
        { "--extra_index_url=pypi.org/simple", "--extra_index_url must be an absolute http or https URL, or empty" },
        { "--extra_index_url=/simple/", "--extra_index_url must be an absolute http or https URL, or empty" },
        { "--extra_index_url=ftp://pypi.org/simple/", "--extra_index_url must be an absolute http or https URL, or empty" },
        { "--extra_index_url=file:///simple/", "--extra_index_url must be an absolute http or https URL, or empty" },
        { "--extra_index_url=https://u:hunter2@h/simple/?a=b", "--extra_index_url must be an absolute http or https URL, or empty" },
        { "--url_prefix=/a/../b", "--url_prefix must be a path such as /pypi" },
        { "--url_prefix=/a?b", "--url_prefix must be a path such as /pypi" },
        { "--url_prefix=/a//b", "--url_prefix must be a path such as /pypi" },
        { "--url_prefix=/simple", "--url_prefix can't begin with /simple, where the index itself is" },
        { "--url_prefix=Simple/x/", "--url_prefix can't begin with /simple, where the index itself is" },
        { "--url_scheme=ftp", "--url_scheme must be http or https" },
        { "--trusted_proxy=localhost", "--trusted_proxy must be IP addresses, CIDR blocks or *, separated by commas" },
        { "--trusted_proxy=10", "--trusted_proxy must be IP addresses, CIDR blocks or *, separated by commas" },
        { "--trusted_proxy=10/8", "--trusted_proxy must be IP addresses, CIDR blocks or *, separated by commas" },
        { "--trusted_proxy=10.0.0.0/33", "--trusted_proxy must be IP addresses, CIDR blocks or *, separated by commas" },
        { "--trusted_proxy=10.0.0.1/", "--trusted_proxy must be IP addresses, CIDR blocks or *, separated by commas" },
        { "--trusted_proxy=[::1]:80", "--trusted_proxy must be IP addresses, CIDR blocks or *, separated by commas" },
        { "--trusted_proxy=10.0.0.1,*,x", "--trusted_proxy must be IP addresses, CIDR blocks or *, separated by commas" },
        { "--trusted_proxy_headers=x-forwarded-for", "--trusted_proxy_headers has no meaning without --trusted_proxy" },
        { "--max_request_body_size=1G", "--max_request_body_size must be a whole number of bytes" },
        { "--max_request_header_size=0", "--max_request_header_size must be a number of bytes above 0" },
        { "--channel_timeout=0", "--channel_timeout must be a number of seconds above 0" },
        { "--connection_limit=0", "--connection_limit must be a number above 0" },
        { "--drain_seconds=-1", "--drain_seconds must be a whole number of seconds from 0 to 86400" },
        { "--drain_seconds=86401", "--drain_seconds must be a whole number of seconds from 0 to 86400" },
        { "--drain_seconds=", "--drain_seconds must be a whole number of seconds from 0 to 86400" },
        { "--ident=two\r\nlines", "--ident must be printable ASCII text" },
        { "--config=", "--config must be a path" },
        { "--admin_secret=", "--admin_secret must be a path" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_value_that_makes_no_sense_is_wrong_usage(string flag, string complaint)
    {
        var invocation = await Invocation.Of("server", "data", flag);

        Assert.Equal(complaint, invocation.Complaint);
        Assert.EndsWith("\nTry: pywharf server --help\n", invocation.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x-real-ip")]
    [InlineData("x-forwarded-for;x-forwarded-proto")]
    public async Task A_forwarding_header_that_does_not_exist_is_wrong_usage(string names) =>
        Assert.Equal(
            "--trusted_proxy_headers must be names of forwarding headers, separated by commas",
            (await Invocation.Of("server", "data", "--trusted_proxy=*", "--trusted_proxy_headers=" + names)).Complaint);

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public async Task The_root_is_a_path(string root) =>
        Assert.Equal("--root must be a path", (await Invocation.Of("server", root)).Complaint);

    [Theory]
    [InlineData("--extra_index_url=")]
    [InlineData("--extra_index_url", "")]
    public async Task An_empty_extra_index_is_none(params string[] flag) =>
        Assert.Null((await Invocation.Of(["server", "data", .. flag])).Server.ExtraIndexUrl);

    [Fact]
    public async Task An_empty_ident_is_no_header() => Assert.Null((await Invocation.Of("server", "data", "--ident=")).Server.Ident);

    [Theory]
    [InlineData("localhost", "localhost")]
    [InlineData("*", "*")]
    [InlineData("[::]", "::")]
    [InlineData("::", "::")]
    [InlineData("pypi.internal.example", "pypi.internal.example")]
    public async Task A_host_is_a_name_or_an_address(string given, string expected) =>
        Assert.Equal(expected, (await Invocation.Of("server", "data", "--host", given)).Server.Host);

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("pypi", "/pypi")]
    [InlineData("//pypi/", "/pypi")]
    [InlineData("/a/b.c-d_e~f", "/a/b.c-d_e~f")]
    public async Task A_prefix_has_a_leading_slash_and_no_trailing_one(string given, string expected) =>
        Assert.Equal(expected, (await Invocation.Of("server", "data", "--url_prefix=" + given)).Server.UrlPrefix);

    [Theory]
    [InlineData("", "")]
    [InlineData("127.0.0.1", "127.0.0.1/32")]
    [InlineData("127.0.0.1,::1", "127.0.0.1/32 ::1/128")]
    [InlineData(" 10.0.0.0/8, fd00::/8  192.168.1.1 ", "10.0.0.0/8 fd00::/8 192.168.1.1/32")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("*", "0.0.0.0/0 ::/0")]
    public async Task Trusted_proxies_are_addresses_and_blocks(string given, string expected)
    {
        var proxies = (await Invocation.Of("server", "data", "--trusted_proxy=" + given)).Server.TrustedProxies;

        Assert.Equal(expected, string.Join(' ', proxies));
    }

    [Fact]
    public async Task A_trusted_proxy_alone_is_believed_in_all_headers() =>
        Assert.Equal(
            ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedPrefix,
            (await Invocation.Of("server", "data", "--trusted_proxy=*")).Server.TrustedProxyHeaders);

    [Fact]
    public async Task A_forwarding_header_that_is_never_read_is_warned_of()
    {
        var invocation = await Invocation.Of("server", "data", "--trusted_proxy=*", "--trusted_proxy_headers=x-forwarded-for,x-forwarded-port");

        Assert.Equal(ForwardedHeaders.XForwardedFor, invocation.Server.TrustedProxyHeaders);
        Assert.Equal(
            "pywharf: --trusted_proxy_headers: x-forwarded-port is accepted for compatibility, has no effect\n", invocation.Stderr);
    }

    /// <summary>What the options of waitress may be, beside those that have a meaning here.</summary>
    public static TheoryData<string> Inert => new(
        "--asyncore_loop_timeout=1", "--asyncore_use_poll", "--backlog=1024", "--channel_request_lookahead=5", "--cleanup_interval=30",
        "--clear_untrusted_proxy_headers=True", "--expose_tracebacks", "--inbuf_overflow=524288", "--ipv4", "--ipv6=no",
        "--listen=127.0.0.1:80", "--log_socket_errors=False", "--log_untrusted_proxy_headers", "--outbuf_high_watermark=1",
        "--outbuf_overflow=1048576", "--recv_bytes=8192", "--send_bytes=1", "--server_name=x", "--sockets=x", "--threads=8",
        "--trusted_proxy_count=1", "--unix_socket=/run/x", "--unix_socket_perms=600");

    [Theory]
    [MemberData(nameof(Inert))]
    public async Task An_option_of_the_originals_web_server_without_counterpart_is_accepted_with_a_warning(string flag)
    {
        var invocation = await Invocation.Of("server", flag, "data");

        Assert.Equal(0, invocation.ExitCode);
        Assert.Equal(new ServerOptions { Root = Path.GetFullPath("data") }, invocation.Server);
        Assert.StartsWith(
            $"pywharf: {flag.Split('=')[0]}: accepted for compatibility, has no effect", invocation.Stderr, StringComparison.Ordinal);
        Assert.Equal(1, invocation.Stderr.Count(c => c == '\n'));
    }

    [Fact]
    public async Task The_options_do_not_print_their_secrets() =>
        Assert.Equal("ServerOptions", (await Invocation.Of("server", "data", "--admin_secret=hunter2")).Server.ToString());
}
