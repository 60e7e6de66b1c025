using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary><c>[NAME.upstream]</c> in config.toml: the index that is asked for projects that a repository lacks, and what may come from there.</summary>
internal static class UpstreamTable
{
    /// <summary>Its key in a repository's table.</summary>
    public const string Key = "upstream";

    private const string Allow = "allow";
    private const string Deny = "deny";
    private const string Exempt = "min_age_exempt";

    private static readonly Dictionary<string, UpstreamMode> Modes = new(StringComparer.Ordinal)
    {
        ["redirect"] = UpstreamMode.Redirect,
        ["cache"] = UpstreamMode.Cache,
        ["off"] = UpstreamMode.Off,
    };

    private static readonly ConfigKey Url = ConfigKey.Text("url", "the index's project list", "https://pypi.org/simple/", UrlProblem);

    private static readonly ConfigKey Mode = ConfigKey.Text(
        "mode",
        "redirect: clients fetch files from the index; cache: through this server, which keeps them; off: nothing comes from an index",
        "redirect",
        text => Modes.ContainsKey(text) ? null : "must be \"redirect\", \"cache\" or \"off\"");

    private static readonly ConfigKey User = ConfigKey.Text("user", "the user name for the index", "");
    private static readonly ConfigKey PasswordVariable = ConfigKey.Text(UpstreamPassword.VariableKey, "the environment variable that holds the password for the index", "");
    private static readonly ConfigKey PasswordFile = ConfigKey.Text(UpstreamPassword.FileKey, "the file that holds the password for the index", "");
    private static readonly ConfigKey MinAge = ConfigKey.Text("min_age", "how old files must be", "0", DurationProblem);
    private static readonly ConfigKey MaxStale = ConfigKey.Text("max_stale", "how long kept pages are served while the index is away", "30d", DurationProblem);

    private static readonly ConfigKey MaxCacheBytes = ConfigKey.Number(
        "max_cache_bytes", "how much of the disk kept files may take", 53_687_091_200, bytes => bytes < 0 ? "must not be negative" : null);

    /// <summary>The keys of the table.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        Url.Name, Mode.Name, User.Name, PasswordVariable.Name, PasswordFile.Name, Allow, Deny, MinAge.Name, Exempt, MaxCacheBytes.Name, MaxStale.Name,
    ];

    /// <summary>Reads the table. Wrong keys have their defaults.</summary>
    public static UpstreamConfig Read(RepositoryTable table)
    {
        table.ReportUnknownKeys(Keys);
        var rules = new UpstreamRules
        {
            Allow = ReadPatterns(table, Allow) ?? UpstreamRules.None.Allow,
            Deny = ReadPatterns(table, Deny) ?? [],
            MinAge = ReadDuration(table, MinAge),
            MinAgeExempt = ReadPatterns(table, Exempt) ?? [],
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
        new(Allow, ArrayOf(upstream.Rules.Allow)),
        new(Deny, ArrayOf(upstream.Rules.Deny)),
        new(MinAge.Name, ConfigDuration.Write(upstream.Rules.MinAge)),
        new(Exempt, ArrayOf(upstream.Rules.MinAgeExempt)),
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

    /// <summary>Null if the table lacks the key.</summary>
    private static IReadOnlyList<NamePattern>? ReadPatterns(RepositoryTable table, string key)
    {
        if (!table.TryGetValue(key, out var value))
        {
            return null;
        }

        if (value.Content is not TomlArray)
        {
            table.Report($"\"{key}\" in [{table.Title}] must be an array of names or patterns such as [\"acme-*\"]; found: {value.Kind}", key);
        }

        return NamePatterns.Read(table, key);
    }

    private static TomlArray ArrayOf(IEnumerable<NamePattern> patterns) => [.. patterns.Select(pattern => (TomlValue)pattern.ToString())];

    // Read gives the default where it is none.
    private static TimeSpan ReadDuration(RepositoryTable table, ConfigKey key) => ConfigDuration.TryParse((string)table.Read(key), out var duration) ? duration : TimeSpan.Zero;

    private static string? DurationProblem(string text) => ConfigDuration.TryParse(text, out _) ? null : $"must be {ConfigDuration.Expected}, ten years at most";

    private static string? UrlProblem(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0 ? "must be an http or https URL such as https://pypi.org/simple/"
        : url.UserInfo.Length > 0 ? $"must not contain credentials: \"{User.Name}\" and \"{PasswordVariable.Name}\" have their own keys"
        : url.Query.Length > 0 || url.Fragment.Length > 0 ? "must have neither query nor fragment"
        : null;
}
