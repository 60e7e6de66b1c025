using Microsoft.AspNetCore.HttpOverrides;
using PyWharf.Api.Observability;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.Database.PostgreSql;
using IPNetwork = System.Net.IPNetwork;

namespace PyWharf.Api.Hosting;

/// <summary>Options of <c>pywharf server</c>. The initial values are the defaults of the flags.</summary>
internal sealed record ServerOptions
{
    /// <summary>Full path of the folder that holds <c>index/ log/ lock/ job/ cache/</c>; it may not exist yet.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration; the TOML text itself is allowed with <see cref="ConfigOrAdminSecretCanBeText"/>.</summary>
    public string? Config { get; init; }

    /// <summary>Path of the admin secrets; the TOML text itself is allowed with <see cref="ConfigOrAdminSecretCanBeText"/>.</summary>
    public string? AdminSecret { get; init; }

    /// <summary>The configuration to store in <see cref="Root"/> if there is none; null for none.</summary>
    public ConfigurationDocuments? IfUnconfigured { get; init; }

    /// <summary>Whether <see cref="Config"/> and <see cref="AdminSecret"/> may be the TOML text itself, if they name no file.</summary>
    public bool ConfigOrAdminSecretCanBeText { get; init; }

    /// <summary>The database that servers share; null where this one keeps its state in <see cref="Root"/>.</summary>
    public DatabaseUrl? Database { get; init; }

    /// <summary>How long a granted read access is cached before the back end is asked again; zero asks every time.</summary>
    public TimeSpan AuthReadExpires { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>How long a granted write access is cached before the back end is asked again; zero asks every time.</summary>
    public TimeSpan AuthWriteExpires { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The upstream index for projects that no repository has: http or https, with a trailing slash; null for none.</summary>
    public Uri? ExtraIndexUrl { get; init; } = new("https://pypi.org/simple/");

    /// <summary>Verbose log, and stack traces on stderr.</summary>
    public bool Debug { get; init; }

    /// <summary>The interface to listen on: an IP address (IPv6 without brackets), a host name, or <c>*</c> for all.</summary>
    public string Host { get; init; } = "0.0.0.0";

    /// <summary>The TCP port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>The path under which a proxy publishes the server: empty, or with a leading and without a trailing slash.</summary>
    public string UrlPrefix { get; init; } = "";

    /// <summary><c>http</c> or <c>https</c> for all links; null for the scheme of the request.</summary>
    public string? UrlScheme { get; init; }

    /// <summary>The proxies whose forwarding headers are trusted; empty for none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The forwarding headers that are trusted from <see cref="TrustedProxies"/>.</summary>
    public ForwardedHeaders TrustedProxyHeaders { get; init; } = ForwardedHeaders.All;

    /// <summary>The largest request body in bytes; null for the configuration's <c>max_file_bytes</c>.</summary>
    public long? MaxRequestBodySize { get; init; }

    /// <summary>The largest total size of request headers in bytes; null for the default.</summary>
    public int? MaxRequestHeaderSize { get; init; }

    /// <summary>How long an idle connection stays open, between requests and in the middle of one.</summary>
    public TimeSpan ChannelTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>The maximum number of connections; null to derive it from the limit of open files.</summary>
    public long? ConnectionLimit { get; init; }

    /// <summary>How many wrong credentials an address may show a repository within a minute before it is locked out; 0 for any number.</summary>
    public int LoginFailures { get; init; } = 10;

    /// <summary>How many uploads a client may have under way at one time; null for any number.</summary>
    public int? ClientUploads { get; init; }

    /// <summary>How many requests a client may send within a second; null for any number.</summary>
    public int? ClientRequests { get; init; }

    /// <summary>The time without reading changes of other servers after which <c>/health/ready</c> is 503; null for any.</summary>
    public TimeSpan? ReadyMaxIndexAge { get; init; }

    /// <summary>How long running requests may continue when the server stops; zero aborts them at once.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The size in bytes from which a file of the audit log is full, and the next one begins.</summary>
    public long AuditMaxBytes { get; init; } = AuditFiles.DefaultMaxBytes;

    /// <summary>The form of what the server writes to standard output and error.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>The lowest level that is logged; null for <c>Information</c>, or <c>Debug</c> with <see cref="Debug"/>.</summary>
    public LogLevel? LogLevel { get; init; }

    /// <summary>Whether each request is a line on standard error.</summary>
    public bool AccessLog { get; init; } = true;

    /// <summary>Who may read <c>/metrics</c> besides this machine.</summary>
    public IReadOnlyList<IPNetwork> MetricsFrom { get; init; } = [];

    /// <summary>The internal location of nginx over <see cref="Root"/>, which sends files: a path with a slash at both ends; null for none.</summary>
    public string? AccelRedirect { get; init; }

    /// <summary>Whether files are sent by the proxy (X-Sendfile).</summary>
    public bool Sendfile { get; init; }

    /// <summary>Whether the pages of projects show images of other servers.</summary>
    public bool ExternalImages { get; init; }

    /// <summary>Value of the <c>Server</c> header; null sends none.</summary>
    public string? Ident { get; init; }

    /// <summary>Leaves out all values: configuration and admin secrets may be among them as text.</summary>
    public override string ToString() => nameof(ServerOptions);
}
