using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary><c>[NAME.upstream]</c> in config.toml: the index that is asked for projects that a repository lacks, and what may come from there.</summary>
internal static class UpstreamTable
{
    /// <summary>Its key in a repository's table.</summary>
    public const string Key = "upstream";

    private static readonly Dictionary<string, UpstreamMode> Modes = new(StringComparer.Ordinal)
    {
        ["redirect"] = UpstreamMode.Redirect,
        ["cache"] = UpstreamMode.Cache,
        ["off"] = UpstreamMode.Off,
    };

    /// <summary>The key of the index's URL.</summary>
    internal static readonly ConfigKey Url = ConfigKey.Text("url", "the index's project list", "https://pypi.org/simple/", UrlProblem);

    private static readonly ConfigKey Mode = ConfigKey.Text(
        "mode",
        "redirect: clients fetch files from the index; cache: through this server, which keeps them; off: nothing comes from an index",
        "redirect",
        text => Modes.ContainsKey(text) ? null : "must be \"redirect\", \"cache\" or \"off\"");

    private static readonly ConfigKey User = ConfigKey.Text("user", "the user name for the index", "");
    private static readonly ConfigKey PasswordVariable = ConfigKey.Text(UpstreamPassword.VariableKey, "the environment variable that holds the password for the index", "");
    private static readonly ConfigKey PasswordFile = ConfigKey.Text(UpstreamPassword.FileKey, "the file that holds the password for the index", "");
    private static readonly ConfigKey Allow = ConfigKey.Patterns("allow", "the projects that may come from the index", NamePattern.Any.ToString());
    private static readonly ConfigKey Deny = ConfigKey.Patterns("deny", "the projects that may not, whatever allow says");
    private static readonly ConfigKey Exempt = ConfigKey.Patterns("min_age_exempt", "the projects that min_age does not apply to");
    private static readonly ConfigKey MinAge = ConfigKey.Text("min_age", "how long ago files must have been uploaded to the index", "0", DurationProblem);
    private static readonly ConfigKey MaxStale = ConfigKey.Text("max_stale", "how long kept pages are served while the index is away", "30d", DurationProblem);

    private static readonly ConfigKey MaxCacheBytes = ConfigKey.Number(
        "max_cache_bytes", "how much of the disk kept files may take", 53_687_091_200, bytes => bytes < 0 ? "must not be negative" : null);

    /// <summary>The keys of the table, in the order of their description.</summary>
    public static IReadOnlyList<ConfigKey> Keys { get; } = [Url, Mode, User, PasswordVariable, PasswordFile, Allow, Deny, MinAge, Exempt, MaxCacheBytes, MaxStale];

    /// <summary>The keys of where the index is, and of what it is sent: a password is for one place.</summary>
    internal static IReadOnlyList<string> AddressKeys { get; } = [Url.Name, User.Name, PasswordVariable.Name, PasswordFile.Name];

    /// <summary>Reads the table. Wrong keys have their defaults.</summary>
    public static UpstreamConfig Read(RepositoryTable table)
    {
        table.ReportUnknownKeys([.. Keys.Select(key => key.Name)]);
        var rules = new UpstreamRules
        {
            Allow = ReadPatterns(table, Allow, UpstreamRules.None.Allow),
            Deny = ReadPatterns(table, Deny, []),
            MinAge = ReadDuration(table, MinAge),
            MinAgeExempt = ReadPatterns(table, Exempt, []),
        };
        var user = (string)table.Read(User);
        var url = (string)table.Read(Url);

        return new UpstreamConfig(
            new Uri(url.EndsWith('/') ? url : url + '/'),
            Modes[(string)table.Read(Mode)],
            rules,
            (long)table.Read(MaxCacheBytes),
            ReadDuration(table, MaxStale),
            user,
            ReadPassword(table, user));
    }

    /// <summary>The values of all keys.</summary>
    public static IEnumerable<KeyValuePair<string, TomlValue>> ValuesOf(UpstreamConfig upstream) =>
    [
        new(Url.Name, upstream.Url.AbsoluteUri),
        new(Mode.Name, Modes.First(mode => mode.Value == upstream.Mode).Key),
        new(User.Name, upstream.User),
        .. upstream.Password is { } password ? [new KeyValuePair<string, TomlValue>(password.Key, password.Place)] : Array.Empty<KeyValuePair<string, TomlValue>>(),
        new(Allow.Name, ArrayOf(upstream.Rules.Allow)),
        new(Deny.Name, ArrayOf(upstream.Rules.Deny)),
        new(MinAge.Name, ConfigDuration.Write(upstream.Rules.MinAge)),
        new(Exempt.Name, ArrayOf(upstream.Rules.MinAgeExempt)),
        new(MaxCacheBytes.Name, upstream.MaxCacheBytes),
        new(MaxStale.Name, ConfigDuration.Write(upstream.MaxStale)),
    ];

    private static UpstreamPassword? ReadPassword(RepositoryTable table, string user)
    {
        var (variable, file) = ((string)table.Read(PasswordVariable), (string)table.Read(PasswordFile));
        if (variable.Length > 0 && file.Length > 0)
        {
            table.Report($"[{table.Title}] has \"{PasswordVariable.Name}\" and \"{PasswordFile.Name}\": a secret has one form only", PasswordFile.Name);
        }

        if (variable.Length + file.Length == 0)
        {
            return null;
        }

        var key = variable.Length > 0 ? PasswordVariable.Name : PasswordFile.Name;
        if (user.Length == 0)
        {
            table.Report($"[{table.Title}] has \"{key}\" but no \"{User.Name}\"; for a token alone the user is what its index says, such as __token__", key);
        }

        return new UpstreamPassword(key, variable.Length > 0 ? variable : file, problem => table.Line($"\"{key}\" in [{table.Title}]: {problem}", key));
    }

    private static IReadOnlyList<NamePattern> ReadPatterns(RepositoryTable table, ConfigKey key, IReadOnlyList<NamePattern> otherwise)
    {
        _ = table.Read(key); // reports a value that is no array

        return table.TryGetValue(key.Name, out _) ? NamePatterns.Read(table, key.Name) : otherwise;
    }

    private static TomlArray ArrayOf(IEnumerable<NamePattern> patterns) => [.. patterns.Select(pattern => (TomlValue)pattern.ToString())];

    // Read gives the default where it is none. A zero needs no unit, and no quotes.
    private static TimeSpan ReadDuration(RepositoryTable table, ConfigKey key) =>
        (table.TryGetValue(key.Name, out var value) && value.Content is 0L) || !ConfigDuration.TryParse((string)table.Read(key), out var duration) ? TimeSpan.Zero : duration;

    private static string? DurationProblem(string text) => ConfigDuration.TryParse(text, out _) ? null : $"must be {ConfigDuration.Expected}, ten years at most";

    private static string? UrlProblem(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0 ? "must be an http or https URL such as https://pypi.org/simple/"
        : url.UserInfo.Length > 0 ? $"must not contain credentials: \"{User.Name}\" and \"{PasswordVariable.Name}\" have their own keys"
        : url.Query.Length > 0 || url.Fragment.Length > 0 ? "must have neither query nor fragment"
        : null;
}
