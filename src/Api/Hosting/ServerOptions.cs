using Microsoft.AspNetCore.HttpOverrides;
using PyWharf.Application.Ports;
using IPNetwork = System.Net.IPNetwork;

namespace PyWharf.Api.Hosting;

/// <summary>What <c>pywharf server</c> was asked to do. The initial values are the defaults of the flags.</summary>
internal sealed record ServerOptions
{
    /// <summary>Full path of the folder that holds <c>index/ log/ lock/ job/ cache/</c>; it may not exist yet.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration; the TOML text itself is allowed with <see cref="ConfigOrAdminSecretCanBeText"/>.</summary>
    public string? Config { get; init; }

    /// <summary>Path of the admin secrets; the TOML text itself is allowed with <see cref="ConfigOrAdminSecretCanBeText"/>.</summary>
    public string? AdminSecret { get; init; }

    /// <summary>The configuration that is made, and kept in <see cref="Root"/>, where there is none; null makes none.</summary>
    public ConfigurationDocuments? IfUnconfigured { get; init; }

    /// <summary>A value of <see cref="Config"/> or <see cref="AdminSecret"/> that names no file is the content of one.</summary>
    public bool ConfigOrAdminSecretCanBeText { get; init; }

    /// <summary>How long a read permission that the back end granted is believed without asking again; zero asks every time.</summary>
    public TimeSpan AuthReadExpires { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>How long a write permission that the back end granted is believed without asking again; zero asks every time.</summary>
    public TimeSpan AuthWriteExpires { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The index that is asked for projects no repository has: http or https, ends with a slash; null asks none.</summary>
    public Uri? ExtraIndexUrl { get; init; } = new("https://pypi.org/simple/");

    /// <summary>Verbose log, and stack traces on stderr.</summary>
    public bool Debug { get; init; }

    /// <summary>The interface to listen on: an IP address (IPv6 without brackets), a host name, or <c>*</c> for all.</summary>
    public string Host { get; init; } = "0.0.0.0";

    /// <summary>The TCP port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>The path under which a proxy publishes the server: empty, or with a leading and without a trailing slash.</summary>
    public string UrlPrefix { get; init; } = "";

    /// <summary><c>http</c> or <c>https</c> where links must say so whatever the connection is; null goes by the request.</summary>
    public string? UrlScheme { get; init; }

    /// <summary>The addresses whose forwarding headers are believed; an empty list believes nobody.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The forwarding headers that are believed when they come from <see cref="TrustedProxies"/>.</summary>
    public ForwardedHeaders TrustedProxyHeaders { get; init; } = ForwardedHeaders.All;

    /// <summary>The largest request body in bytes; null goes by the configuration's <c>max_file_bytes</c>.</summary>
    public long? MaxRequestBodySize { get; init; }

    /// <summary>The largest sum of all headers of one request, in bytes; null is the web server's own limit.</summary>
    public int? MaxRequestHeaderSize { get; init; }

    /// <summary>How long a connection stays open on which nothing moves, between requests and in the middle of one.</summary>
    public TimeSpan ChannelTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>The most connections open at one time; null goes by the process's limit of open files.</summary>
    public long? ConnectionLimit { get; init; }

    /// <summary>How long requests under way may go on when the server is told to stop; zero breaks them off at once.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Value of the <c>Server</c> header; null sends none.</summary>
    public string? Ident { get; init; }

    /// <summary>Without members: the configuration and the admin secrets may be here as text.</summary>
    public override string ToString() => nameof(ServerOptions);
}
