using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.AspNetCore.HttpOverrides;
using PyWharf.Api.Hosting;
using PyWharf.Api.Observability;
using PyWharf.Domain;
using IPNetwork = System.Net.IPNetwork;

namespace PyWharf.Api.Cli;

/// <summary>The flags of <c>pywharf server</c>, in the order of its help, and how they become <see cref="ServerOptions"/>.</summary>
/// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
internal sealed class ServerFlags(Func<string, string?> variable)
{
    private static readonly ServerOptions Default = new() { Root = "" };

    private readonly Positional _root = new("root", FlagParsers.Folder, "a path", """
        Folder of the server's data: index/ log/ lock/ job/ cache/, each with a folder per repository.
        Made when absent; a folder written by the Python server is served as it is.
        """)
    { Required = true };

    private readonly Option<string?> _config = Flag.Text("--config", "FILE", "a path", """
        The repositories: a TOML file with a table for each.
        Default: none; the server then waits for POST /initialize/.
        """);

    private readonly Option<string?> _adminSecret = Flag.Text("--admin_secret", "FILE", "a path", """
        The secrets with which the server itself asks the back ends: a TOML file with a table per repository.
        Default: none.
        """);

    private readonly Option<bool> _canBeText = Flag.Switch("--config_or_admin_secret_can_be_text", """
        --config and --admin_secret may be the TOML text itself.
        Default: False.
        """);

    private readonly Option<string> _database = DatabaseFlag.Create(variable);

    private readonly Option<TimeSpan> _authReadExpires = Flag.Of<TimeSpan>(
        "--auth_read_expires", "SECONDS", Default.AuthReadExpires, FlagParsers.Seconds, "a whole number of seconds", $"""
        How long a secret that may read is believed before the back end is asked again; 0 asks every time.
        Default: {Default.AuthReadExpires.TotalSeconds}.
        """);

    private readonly Option<TimeSpan> _authWriteExpires = Flag.Of<TimeSpan>(
        "--auth_write_expires", "SECONDS", Default.AuthWriteExpires, FlagParsers.Seconds, "a whole number of seconds", $"""
        The same for a secret that may write.
        Default: {Default.AuthWriteExpires.TotalSeconds}.
        """);

    private readonly Option<Uri> _extraIndexUrl = Flag.ExtraIndexUrl(Default.ExtraIndexUrl);

    private readonly Option<string> _host = Flag.Host(Default.Host);
    private readonly Option<int> _port = Flag.Port(Default.Port);
    private readonly Option<bool> _debug = Flag.Debug();

    private readonly Option<string> _urlPrefix = Flag.Of<string>(
        "--url_prefix", "PATH", Default.UrlPrefix, FlagParsers.UrlPrefix, "a path such as /pypi", """
        The path under which a proxy publishes the server, such as /pypi, whether it strips it or not. It begins neither with
        /simple nor with the name of a repository.
        Default: none.
        """);

    private readonly Option<string?> _urlScheme = Flag.Of<string?>(
        "--url_scheme", "SCHEME", Default.UrlScheme, FlagParsers.Scheme, "http or https", """
        http or https: what clients use, where the server cannot see it.
        Default: that of the request.
        """);

    private readonly Option<IReadOnlyList<IPNetwork>> _trustedProxy = Flag.Of<IReadOnlyList<IPNetwork>>(
        "--trusted_proxy", "ADDRESSES", Default.TrustedProxies, FlagParsers.Networks,
        "IP addresses, CIDR blocks or *, separated by commas", """
        The proxies whose forwarding headers are believed: IP addresses, CIDR blocks (10.0.0.0/8) or * for everybody,
        separated by commas or spaces.
        Default: none.
        """);

    private readonly Option<ForwardedHeaders> _trustedProxyHeaders = Flag.Of<ForwardedHeaders>(
        "--trusted_proxy_headers", "NAMES", Default.TrustedProxyHeaders, FlagParsers.ProxyHeaders,
        "names of forwarding headers, separated by commas", """
        The headers that are believed when they come from there, separated by commas or spaces.
        Default: x-forwarded-for,x-forwarded-proto,x-forwarded-host,x-forwarded-prefix.
        """);

    private readonly Option<long?> _maxRequestBodySize = Flag.Of<long?>(
        "--max_request_body_size", "BYTES", Default.MaxRequestBodySize, FlagParsers.Bytes, "a whole number of bytes", """
        The largest request body, and so the largest upload.
        Default: room for the largest max_file_bytes of the configuration.
        """);

    private readonly Option<int?> _maxRequestHeaderSize = Flag.Of<int?>(
        "--max_request_header_size", "BYTES", Default.MaxRequestHeaderSize, FlagParsers.PositiveInt, "a number of bytes above 0", """
        The largest sum of all headers of a request.
        Default: 32768.
        """);

    private readonly Option<TimeSpan> _channelTimeout = Flag.Of<TimeSpan>(
        "--channel_timeout", "SECONDS", Default.ChannelTimeout, FlagParsers.PositiveSeconds, "a number of seconds above 0", $"""
        How long a connection stays open on which nothing moves: between requests, or where a client stops sending its
        upload or reading its download. However slow, what moves goes on.
        Default: {Default.ChannelTimeout.TotalSeconds}.
        """);

    private readonly Option<long?> _connectionLimit = Flag.Of<long?>(
        "--connection_limit", "NUMBER", Default.ConnectionLimit, FlagParsers.PositiveLong, "a number above 0", """
        The most connections open at one time; what comes beyond them is closed.
        Default: what the limit of open files (RLIMIT_NOFILE) has room for, 10000 at most.
        """);

    private readonly Option<int> _loginFailures = Flag.Of<int>(
        "--login_failures", "NUMBER", Default.LoginFailures, FlagParsers.Count, "a whole number", $"""
        How many wrong credentials an address may show a repository within a minute. After that it gets 429 for a minute,
        and for longer each time, up to 15; only valid tokens are let in from there meanwhile. 0 for any number.
        Default: {Default.LoginFailures}.
        """);

    private readonly Option<int?> _clientUploads = Flag.Of<int?>(
        "--client_uploads", "NUMBER", Default.ClientUploads, FlagParsers.PositiveInt, "a number above 0", """
        The most uploads under way at one time from one address; what comes beyond them gets 429.
        Default: any number.
        """);

    private readonly Option<int?> _clientRequests = Flag.Of<int?>(
        "--client_requests", "NUMBER", Default.ClientRequests, FlagParsers.PositiveInt, "a number above 0", """
        The most requests within a second from one address; what comes beyond them gets 429.
        Default: any number.
        """);

    private readonly Option<TimeSpan?> _readyMaxIndexAge = Flag.Of<TimeSpan?>(
        "--ready_max_index_age", "SECONDS", Default.ReadyMaxIndexAge, FlagParsers.PositiveSeconds, "a whole number of seconds above 0", """
        For how long the changes of other servers may be unknown, as the database can't be reached, before
        /health/ready is 503 and a balancer takes this server out: pages go on without.
        Default: any time.
        """);

    private readonly Option<TimeSpan> _drain = Flag.Of<TimeSpan>(
        "--drain_seconds", "SECONDS", Default.Drain, FlagParsers.SecondsOfADay, "a whole number of seconds from 0 to 86400", $"""
        How long requests under way may go on when the server is told to stop; 0 breaks them off.
        Default: {Default.Drain.TotalSeconds}.
        """);

    private readonly Option<long?> _auditMaxBytes = Flag.Of<long?>(
        "--audit_max_bytes", "BYTES", Default.AuditMaxBytes, FlagParsers.PositiveLong, "a number of bytes above 0", $"""
        The size from which a file of the audit log (ROOT/log/audit.jsonl) is full and another one begins; 10 full ones are kept.
        Default: {Default.AuditMaxBytes}.
        """);

    private readonly Option<LogFormat> _logFormat = Flag.Of<LogFormat>(
        "--log_format", "FORMAT", Default.LogFormat, FlagParsers.LogFormat, "text or json", """
        text, or json: every line that the server writes is a JSON object then.
        Default: text.
        """);

    private readonly Option<LogLevel?> _logLevel = Flag.Of<LogLevel?>(
        "--log_level", "LEVEL", Default.LogLevel, FlagParsers.LogLevel, "trace, debug, info, warning, error or critical", """
        The lowest level that is logged: trace, debug, info, warning, error or critical.
        Default: info; debug with --debug.
        """);

    private readonly Option<bool> _accessLog = Flag.Of<bool>(
        "--access_log", "BOOLEAN", Default.AccessLog, bool.TryParse, "True or False", """
        A line for each request on standard error.
        Default: True.
        """);

    private readonly Option<IReadOnlyList<IPNetwork>> _metricsFrom = Flag.Of<IReadOnlyList<IPNetwork>>(
        "--metrics_from", "ADDRESSES", Default.MetricsFrom, FlagParsers.Networks, "IP addresses, CIDR blocks or *, separated by commas", """
        Who may read /metrics besides this machine, and the names of repositories at /health/ready: IP addresses, CIDR blocks
        (10.0.0.0/8) or * for everybody, separated by commas or spaces. Behind a proxy of --trusted_proxy, the address that it
        forwards counts.
        Default: none.
        """);

    private readonly Option<string?> _accelRedirect = Flag.Of<string?>(
        "--accel_redirect", "PATH", Default.AccelRedirect, FlagParsers.LocationPath, "a path such as /_files/", """
        nginx sends the files: the path of an internal location whose alias is ROOT, such as /_files/. The server answers with
        X-Accel-Redirect then, and no body.
        Default: none; the server sends them itself.
        """);

    private readonly Option<bool> _sendfile = Flag.Switch("--sendfile", """
        Apache (mod_xsendfile) or lighttpd sends the files: the server answers with X-Sendfile and no body.
        Default: False.
        """);

    private readonly Option<bool> _externalImages = Flag.Switch("--external_images", """
        The pages of projects show the images of their descriptions, which the browsers of their readers fetch from other servers: those
        learn who reads what. Without it a link stands in place of an image.
        Default: False.
        """);

    private readonly Option<string> _ident = Flag.Of<string>(
        "--ident", "TEXT", Default.Ident ?? "", FlagParsers.HeaderText, "printable ASCII text", """
        Value of the Server header.
        Default: no such header.
        """);

    public IReadOnlyList<Option> All =>
    [
        _root, _config, _adminSecret, _canBeText, _database, _authReadExpires, _authWriteExpires, _extraIndexUrl, _debug, _host, _port,
        _urlPrefix, _urlScheme, _trustedProxy, _trustedProxyHeaders, _maxRequestBodySize, _maxRequestHeaderSize,
        _channelTimeout, _connectionLimit, _loginFailures, _clientUploads, _clientRequests, _readyMaxIndexAge, _drain, _auditMaxBytes, _logFormat, _logLevel, _accessLog,
        _metricsFrom, _accelRedirect, _sendfile, _externalImages, _ident,
    ];

    /// <summary>Validates combinations of flags.</summary>
    public void Check(CommandResult command)
    {
        if (IsGiven(command, _trustedProxyHeaders) && !IsGiven(command, _trustedProxy))
        {
            command.AddError($"{_trustedProxyHeaders.Name} has no meaning without {_trustedProxy.Name}");
        }

        if (IsGiven(command, _accelRedirect) && IsGiven(command, _sendfile))
        {
            command.AddError($"either {_accelRedirect.Name} or {_sendfile.Name}: only one proxy sends a file");
        }

        // /simple/NAME is a project page: it would be impossible to detect whether a proxy strips the prefix.
        if (command.GetResult(_urlPrefix)?.Tokens is [var token]
            && UrlPrefix.TryParse(token.Value, out var prefix)
            && prefix.FirstSegment.Equals("simple", StringComparison.OrdinalIgnoreCase))
        {
            command.AddError($"{_urlPrefix.Name} can't begin with /simple, where the index itself is");
        }
    }

    /// <summary>A warning for each ignored flag or value.</summary>
    public IEnumerable<string> Warnings(ParseResult parsed) =>
        IgnoredFlags.Warnings(parsed).Concat(
            from token in parsed.GetResult(_trustedProxyHeaders)?.Tokens ?? []
            from header in FlagParsers.UnreadProxyHeaders(token.Value)
            select $"{_trustedProxyHeaders.Name}: {header} is accepted for compatibility, has no effect");

    public ServerOptions Read(ParseResult parsed) => new()
    {
        Root = parsed.GetRequiredValue(_root),
        Config = parsed.GetValue(_config),
        AdminSecret = parsed.GetValue(_adminSecret),
        ConfigOrAdminSecretCanBeText = parsed.GetValue(_canBeText),
        Database = DatabaseFlag.Read(parsed, _database),
        AuthReadExpires = parsed.GetValue(_authReadExpires),
        AuthWriteExpires = parsed.GetValue(_authWriteExpires),
        ExtraIndexUrl = parsed.GetRequiredValue(_extraIndexUrl) is { IsAbsoluteUri: true } url ? url : null,
        Debug = parsed.GetValue(_debug),
        Host = parsed.GetRequiredValue(_host),
        Port = parsed.GetValue(_port),
        UrlPrefix = parsed.GetRequiredValue(_urlPrefix),
        UrlScheme = parsed.GetValue(_urlScheme),
        TrustedProxies = parsed.GetRequiredValue(_trustedProxy),
        TrustedProxyHeaders = parsed.GetValue(_trustedProxyHeaders),
        MaxRequestBodySize = parsed.GetValue(_maxRequestBodySize),
        MaxRequestHeaderSize = parsed.GetValue(_maxRequestHeaderSize),
        ChannelTimeout = parsed.GetValue(_channelTimeout),
        ConnectionLimit = parsed.GetValue(_connectionLimit),
        LoginFailures = parsed.GetValue(_loginFailures),
        ClientUploads = parsed.GetValue(_clientUploads),
        ClientRequests = parsed.GetValue(_clientRequests),
        ReadyMaxIndexAge = parsed.GetValue(_readyMaxIndexAge),
        Drain = parsed.GetValue(_drain),
        AuditMaxBytes = parsed.GetRequiredValue(_auditMaxBytes) ?? Default.AuditMaxBytes,
        LogFormat = parsed.GetValue(_logFormat),
        LogLevel = parsed.GetValue(_logLevel),
        AccessLog = parsed.GetValue(_accessLog),
        MetricsFrom = parsed.GetRequiredValue(_metricsFrom),
        AccelRedirect = parsed.GetValue(_accelRedirect),
        Sendfile = parsed.GetValue(_sendfile),
        ExternalImages = parsed.GetValue(_externalImages),
        Ident = parsed.GetRequiredValue(_ident) is { Length: > 0 } ident ? ident : null,
    };

    private static bool IsGiven(CommandResult command, Option option) => command.GetResult(option) is { Implicit: false };
}
