using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using PyWharf.Api.Observability;
using PyWharf.Application.Tokens;
using PyWharf.Domain;
using IPNetwork = System.Net.IPNetwork;

namespace PyWharf.Api.Cli;

/// <summary>The <see cref="FlagParser{T}"/>s of all kinds of values.</summary>
internal static class FlagParsers
{
    /// <summary>Forwarding headers that the original's web server supports and this one ignores.</summary>
    private static readonly string[] Unread = ["x-forwarded-port", "x-forwarded-by", "forwarded"];

    /// <summary>The value of an empty URL; System.CommandLine treats null as a missing value.</summary>
    public static Uri NoUrl { get; } = new("", UriKind.Relative);

    public static bool Text(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length > 0;
    }

    /// <summary>A path, a name, or an http or https URL without credentials, query and fragment.</summary>
    public static bool ImportSource(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
            && (!text.Contains("://", StringComparison.Ordinal) || (IndexUrl(text, out var url) && url.UserInfo.Length == 0));
    }

    public static bool Status(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return StatusMarkers.TryParse(text, out _);
    }

    /// <summary>What a token may do.</summary>
    public static bool Permission(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return TokenTerms.TryParsePermission(text, out _);
    }

    /// <summary>Globs over project names, separated by commas.</summary>
    public static bool ProjectGlobs(string text, out IReadOnlyList<string>? value)
    {
        value = text.Split(',', StringSplitOptions.TrimEntries);
        return value.All(word => NamePattern.TryParse(word, out _, out _));
    }

    /// <summary>CIDR blocks or addresses, separated by commas or spaces.</summary>
    public static bool ClientNetworks(string text, out IReadOnlyList<string>? value)
    {
        value = Words(text);
        return value.Count > 0 && value.All(word => ClientNetwork.TryParse(word, out var network) && ClientNetwork.IsExact(word, network));
    }

    /// <summary>When a token ends.</summary>
    public static bool Expiry(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return TokenExpiry.TryParse(text, DateTimeOffset.UnixEpoch, out _);
    }

    public static bool Seconds(string text, out TimeSpan value)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        value = TimeSpan.FromSeconds(seconds);
        return isNumber;
    }

    public static bool SecondsOfADay(string text, out TimeSpan value) => Seconds(text, out value) && value <= TimeSpan.FromDays(1);

    public static bool PositiveSeconds(string text, out TimeSpan value) => Seconds(text, out value) && value > TimeSpan.Zero;

    public static bool PositiveSeconds(string text, out TimeSpan? value)
    {
        var isPositive = PositiveSeconds(text, out TimeSpan seconds);
        value = seconds;
        return isPositive;
    }

    public static bool Port(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= IPEndPoint.MaxPort;

    public static bool Bytes(string text, out long? value)
    {
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        value = bytes;
        return isNumber;
    }

    public static bool Count(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    public static bool PositiveInt(string text, out int? value)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
        value = number;
        return isNumber;
    }

    public static bool PositiveLong(string text, out long? value) => Bytes(text, out value) && value > 0;

    /// <summary>The full path; relative ones start at the current directory.</summary>
    public static bool Folder(string text, [MaybeNullWhen(false)] out string value)
    {
        var isPath = text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal);
        value = isPath ? Path.GetFullPath(text) : null;
        return isPath;
    }

    /// <summary>An address (IPv6 loses its brackets), a host name, or <c>*</c>.</summary>
    public static bool Host(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text is ['[', .. var inner, ']'] && inner.Contains(':', StringComparison.Ordinal) ? inner : text;
        return value == "*" || Uri.CheckHostName(value) is not (UriHostNameType.Unknown or UriHostNameType.Basic);
    }

    /// <summary>An absolute http or https URL with a trailing slash, or <see cref="NoUrl"/>.</summary>
    public static bool IndexUrl(string text, [MaybeNullWhen(false)] out Uri value)
    {
        value = NoUrl;
        return text.Length == 0 || (Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out value)
            && value.Scheme is "http" or "https"
            && text.IndexOfAny(['?', '#']) < 0);
    }

    public static bool Scheme(string text, out string? value)
    {
        value = text;
        return text is "http" or "https";
    }

    /// <summary>The normalised text of a <see cref="Domain.UrlPrefix"/>.</summary>
    public static bool UrlPrefix(string text, [MaybeNullWhen(false)] out string value)
    {
        value = Domain.UrlPrefix.TryParse(text, out var prefix) ? prefix.ToString() : null;
        return value is not null;
    }

    public static bool LogFormat(string text, out LogFormat value) =>
        Enum.TryParse(text, ignoreCase: true, out value) && char.IsAsciiLetter(text[0]);

    /// <summary>A level by its short or its long name.</summary>
    public static bool LogLevel(string text, out LogLevel? value)
    {
        value = text.ToLowerInvariant() switch
        {
            "trace" => Microsoft.Extensions.Logging.LogLevel.Trace,
            "debug" => Microsoft.Extensions.Logging.LogLevel.Debug,
            "info" or "information" => Microsoft.Extensions.Logging.LogLevel.Information,
            "warning" or "warn" => Microsoft.Extensions.Logging.LogLevel.Warning,
            "error" => Microsoft.Extensions.Logging.LogLevel.Error,
            "critical" => Microsoft.Extensions.Logging.LogLevel.Critical,
            _ => null,
        };
        return value is not null;
    }

    /// <summary>The path of a location of a proxy: with a slash at both ends, which need not be given.</summary>
    public static bool LocationPath(string text, out string? value)
    {
        value = Domain.UrlPrefix.TryParse(text.TrimEnd('/'), out var prefix) && prefix.ToString().Length > 0 ? $"{prefix}/" : null;
        return value is not null;
    }

    /// <summary>Text that is valid in a header.</summary>
    public static bool HeaderText(string text, out string value)
    {
        value = text;
        return text.All(c => c is >= ' ' and <= '~');
    }

    /// <summary>Addresses, CIDR blocks, or <c>*</c> for everybody, separated by commas or spaces.</summary>
    public static bool Networks(string text, [MaybeNullWhen(false)] out IReadOnlyList<IPNetwork> value)
    {
        var networks = new List<IPNetwork>();
        value = networks;
        foreach (var word in Words(text))
        {
            if (word == "*")
            {
                networks.AddRange([new(IPAddress.Any, 0), new(IPAddress.IPv6Any, 0)]);
            }
            else if (ClientNetwork.TryParse(word, out var network))
            {
                networks.Add(network);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Names of forwarding headers, separated by commas or spaces; ignored headers are left out.</summary>
    public static bool ProxyHeaders(string text, out ForwardedHeaders value)
    {
        value = ForwardedHeaders.None;
        foreach (var word in HeaderNames(text))
        {
            ForwardedHeaders? header = word switch
            {
                "x-forwarded-for" => ForwardedHeaders.XForwardedFor,
                "x-forwarded-host" => ForwardedHeaders.XForwardedHost,
                "x-forwarded-proto" => ForwardedHeaders.XForwardedProto,
                "x-forwarded-prefix" => ForwardedHeaders.XForwardedPrefix,
                _ => Unread.Contains(word) ? ForwardedHeaders.None : null,
            };
            if (header is null)
            {
                return false;
            }

            value |= header.Value;
        }

        return true;
    }

    /// <summary>The names that <see cref="ProxyHeaders"/> leaves out.</summary>
    public static IEnumerable<string> UnreadProxyHeaders(string text) => HeaderNames(text).Intersect(Unread);

    private static string[] HeaderNames(string text) => Words(text.Replace('_', '-').ToLowerInvariant());

    private static string[] Words(string text) =>
        text.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
