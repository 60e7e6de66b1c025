namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf quickstart</c>. The initial values are the defaults of the flags.</summary>
internal sealed record QuickstartOptions
{
    /// <summary>Full path of the folder for data and configuration; created if absent.</summary>
    public required string Root { get; init; }

    /// <summary>The interface to listen on: an IP address (IPv6 without brackets), a host name, or <c>*</c> for all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The TCP port to listen on; 0 takes any free one.</summary>
    public int Port { get; init; } = 8888;

    /// <summary>Verbose log, and stack traces on stderr.</summary>
    public bool Debug { get; init; }
}
