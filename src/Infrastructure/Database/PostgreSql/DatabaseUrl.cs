using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Npgsql;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The address of a PostgreSQL database, as in libpq: <c>postgresql://user:password@host:5432,host2:5432/name?sslmode=require</c>, percent-decoded
/// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS). Its text leaves the password out.
/// </summary>
public sealed partial class DatabaseUrl
{
    private const int DefaultPort = 5432;
    private const int DefaultTimeout = 3; // seconds to connect, of each host

    private static readonly Dictionary<string, SslMode> SslModes = new(StringComparer.Ordinal)
    {
        ["disable"] = SslMode.Disable,
        ["allow"] = SslMode.Allow,
        ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA,
        ["verify-full"] = SslMode.VerifyFull,
    };

    private static readonly Dictionary<string, TargetSessionAttributes> Targets = new(StringComparer.Ordinal)
    {
        ["any"] = TargetSessionAttributes.Any,
        ["primary"] = TargetSessionAttributes.Primary,
        ["read-write"] = TargetSessionAttributes.ReadWrite,
    };

    private readonly NpgsqlConnectionStringBuilder _settings = [];

    private DatabaseUrl() => _settings.Timeout = DefaultTimeout;

    /// <summary>Which of several hosts is used: the one that can be written, unless the URL says otherwise.</summary>
    internal TargetSessionAttributes Target { get; private set; }

    /// <summary>The settings of a connection that the URL has, password included; a copy.</summary>
    internal NpgsqlConnectionStringBuilder Settings => new(_settings.ConnectionString);

    /// <summary>The password; null where the URL has none.</summary>
    internal string? Password => _settings.Password;

    /// <summary>Parses a URL. The problem quotes neither the password nor what may be a part of it.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out DatabaseUrl url, [NotNullWhen(false)] out string? problem)
    {
        url = new DatabaseUrl();
        problem = url.Read(text);
        url = problem is null ? url : null;

        return problem is null;
    }

    /// <summary>The URL without password and query.</summary>
    public override string ToString() =>
        $"postgresql://{Uri.EscapeDataString(_settings.Username ?? "")}@{_settings.Host}/{Uri.EscapeDataString(_settings.Database ?? "")}";

    private string? Read(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return "must be postgresql://user:password@host:port/name; special characters in user and password are percent-encoded, such as @ as %40";
        }

        if (BadEscape().IsMatch(text))
        {
            return "has a % that two hexadecimal digits don't follow; a percent sign itself is %25";
        }

        _settings.Username = Decode(match.Groups["user"].Value);
        _settings.Password = match.Groups["password"].Success ? Decode(match.Groups["password"].Value) : null;
        _settings.Database = Decode(match.Groups["name"].Value);

        return ReadHosts(match.Groups["hosts"].Value.Split(',')) ?? ReadQuery(match.Groups["query"].Value);
    }

    private string? ReadHosts(string[] hosts)
    {
        Target = hosts.Length > 1 ? TargetSessionAttributes.ReadWrite : TargetSessionAttributes.Any;
        var read = new List<string>();
        foreach (var host in hosts)
        {
            if (Host().Match(host) is not { Success: true } match)
            {
                return "names a host that is not HOST or HOST:PORT; an IPv6 address stands in brackets";
            }

            var port = DefaultPort;
            if (match.Groups["port"].Success && !(int.TryParse(match.Groups["port"].Value, out port) && port is > 0 and <= IPEndPoint.MaxPort))
            {
                return "has a port that is no number from 1 to 65535";
            }

            var name = Decode(match.Groups["name"].Value);
            read.Add(hosts.Length == 1 ? name.Trim('[', ']') : $"{name}:{port}");
            _settings.Port = port;
        }

        _settings.Host = string.Join(',', read);

        return null;
    }

    private string? ReadQuery(string query)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)))
        {
            var (key, value) = (Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : "");
            if (ReadOption(key, value) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private string? ReadOption(string key, string value)
    {
        switch (key)
        {
            case "sslmode" when SslModes.TryGetValue(value, out var mode):
                _settings.SslMode = mode;

                return null;
            case "target_session_attrs" when Targets.TryGetValue(value, out var target):
                Target = target;

                return null;
            case "connect_timeout" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 60:
                _settings.Timeout = seconds;

                return null;
            case "sslrootcert" when value.Length > 0:
                _settings.RootCertificate = value;

                return null;
            case "sslcert" when value.Length > 0:
                _settings.SslCertificate = value;

                return null;
            case "sslkey" when value.Length > 0:
                _settings.SslKey = value;

                return null;
            case "application_name" when value.Length > 0:
                _settings.ApplicationName = value;

                return null;
            default:
                return Expected(key);
        }
    }

    private static string Expected(string key) => key switch
    {
        "sslmode" => $"has an sslmode that is none of {string.Join(", ", SslModes.Keys)}",
        "target_session_attrs" => $"has a target_session_attrs that is none of {string.Join(", ", Targets.Keys)}: the server writes to its database",
        "connect_timeout" => "has a connect_timeout that is no number of seconds from 1 to 60",
        "sslrootcert" or "sslcert" or "sslkey" or "application_name" => $"has an empty {key}",

        // A key is quoted only where it can be no part of a password.
        _ => $"has an unknown option{(Key().IsMatch(key) ? $" {key}" : "")} after the question mark; it can have sslmode, sslrootcert, sslcert, sslkey, "
            + "target_session_attrs, connect_timeout and application_name",
    };

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    [GeneratedRegex(
        @"\Apostgres(ql)?://(?<user>[^:@/?#]+)(:(?<password>[^/?#]*))?@(?<hosts>[^@/?#]+)/(?<name>[^@/?#]+)(\?(?<query>[^@#]*))?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A(?<name>\[[0-9A-Fa-f:.]+\]|[^:,\[\]]+)(:(?<port>[^:]*))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Host();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BadEscape();

    [GeneratedRegex(@"\A[a-z_]{1,40}\z")]
    private static partial Regex Key();
}
