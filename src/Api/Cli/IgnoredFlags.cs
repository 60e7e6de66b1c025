using System.CommandLine;
using System.CommandLine.Parsing;

namespace PyWharf.Api.Cli;

/// <summary>
/// Flags that are accepted and ignored with a warning, so that existing start scripts keep working: options of waitress, the original's web server
/// (https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html), without a counterpart here.
/// </summary>
internal static class IgnoredFlags
{
    private const string Listens = "the server listens on --host and --port";
    private const string Proxies = "--trusted_proxy decides whose headers are believed";

    private static readonly (string Name, bool IsSwitch, string? Instead)[] Known =
    [
        ("asyncore_loop_timeout", false, null),
        ("asyncore_use_poll", true, null),
        ("backlog", false, null),
        ("channel_request_lookahead", false, null),
        ("cleanup_interval", false, null),
        ("clear_untrusted_proxy_headers", true, Proxies),
        ("expose_tracebacks", true, null),
        ("inbuf_overflow", false, null),
        ("ipv4", true, Listens),
        ("ipv6", true, Listens),
        ("listen", false, Listens),
        ("log_socket_errors", true, null),
        ("log_untrusted_proxy_headers", true, Proxies),
        ("outbuf_high_watermark", false, null),
        ("outbuf_overflow", false, null),
        ("recv_bytes", false, null),
        ("send_bytes", false, null),
        ("server_name", false, null),
        ("sockets", false, Listens),
        ("threads", false, null),
        ("trusted_proxy_count", false, Proxies),
        ("unix_socket", false, Listens),
        ("unix_socket_perms", false, Listens),
    ];

    /// <summary>Their names in one line.</summary>
    public static string Names { get; } = string.Join(", ", Known.Select(flag => flag.Name));

    public static IEnumerable<Option> Create() =>
        Known.Select(flag => flag.IsSwitch
            ? (Option)new Option<bool>("--" + flag.Name) { Hidden = true }
            : new Option<string>("--" + flag.Name) { Hidden = true });

    /// <summary>A warning for each of them that was given.</summary>
    public static IEnumerable<string> Warnings(ParseResult parsed) =>
        from flag in Known
        let option = "--" + flag.Name
        where parsed.GetResult(option) is OptionResult { Implicit: false }
        select $"{option}: accepted for compatibility, has no effect{(flag.Instead is null ? "" : "; " + flag.Instead)}";
}
