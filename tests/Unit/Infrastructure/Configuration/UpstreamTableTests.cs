using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public sealed class UpstreamTableTests
{
    private const string AllowedKeys = "url, mode, user, password_env, password_file, allow, deny, min_age, min_age_exempt, max_cache_bytes, max_stale";
    private const string Duration = "must be a duration such as \"3d\", \"12h\", \"30m\" or \"0\", ten years at most";

    private static readonly Dictionary<string, IReadOnlyList<ConfigKey>> Types = new() { ["file_system"] = [] };

    public static TheoryData<string, string> Problems => new()
    {
        { "ulr = 'https://pypi.org/'", $"4:1: unknown key \"ulr\" in [team.upstream]; allowed keys: {AllowedKeys}; did you mean \"url\"?" },
        { "min_aeg = '3d'", $"4:1: unknown key \"min_aeg\" in [team.upstream]; allowed keys: {AllowedKeys}; did you mean \"min_age\"?" },
        { "password = 's3cret'", $"4:1: unknown key \"password\" in [team.upstream]; allowed keys: {AllowedKeys}; did you mean \"password_env\"?" },
        { "url = 7", "4:7: \"url\" in [team.upstream] must be a string; found: integer" },
        { "url = 'pypi.org/simple/'", "4:7: \"url\" in [team.upstream] must be an http or https URL such as https://pypi.org/simple/" },
        { "url = 'ftp://pypi.org/simple/'", "4:7: \"url\" in [team.upstream] must be an http or https URL such as https://pypi.org/simple/" },
        { "url = 'file:///etc/'", "4:7: \"url\" in [team.upstream] must be an http or https URL such as https://pypi.org/simple/" },
        { "url = ''", "4:7: \"url\" in [team.upstream] must be an http or https URL such as https://pypi.org/simple/" },
        { "url = 'https://u:s3cret@pypi.org/'", "4:7: \"url\" in [team.upstream] must not contain credentials: \"user\" and \"password_env\" have their own keys" },
        { "url = 'https://pypi.org/?a=b'", "4:7: \"url\" in [team.upstream] must have neither query nor fragment" },
        { "url = 'https://pypi.org/#a'", "4:7: \"url\" in [team.upstream] must have neither query nor fragment" },
        { "mode = 'proxy'", "4:8: \"mode\" in [team.upstream] must be \"redirect\", \"cache\" or \"off\"" },
        { "mode = 'Cache'", "4:8: \"mode\" in [team.upstream] must be \"redirect\", \"cache\" or \"off\"" },
        { "mode = false", "4:8: \"mode\" in [team.upstream] must be a string; found: boolean" },
        { "user = ['u']", "4:8: \"user\" in [team.upstream] must be a string; found: array" },
        { "password_env = 'P'", "4:16: [team.upstream] has \"password_env\" but no \"user\"; for a token alone the user is what its index says, such as __token__" },
        { "password_file = '/p'", "4:17: [team.upstream] has \"password_file\" but no \"user\"; for a token alone the user is what its index says, such as __token__" },
        { "user = 'u'\npassword_env = 'P'\npassword_file = '/p'", "6:17: [team.upstream] has \"password_env\" and \"password_file\": a secret has one form only" },
        { "allow = 'a'", "4:9: \"allow\" in [team.upstream] must be an array of names or patterns such as [\"acme-*\"]; found: string" },
        { "deny = true", "4:8: \"deny\" in [team.upstream] must be an array of names or patterns such as [\"acme-*\"]; found: boolean" },
        { "min_age_exempt = { }", "4:18: \"min_age_exempt\" in [team.upstream] must be an array of names or patterns such as [\"acme-*\"]; found: table" },
        { "deny = ['ok', 1]", "4:15: \"deny\" in [team.upstream] must hold strings only; found: integer" },
        { "allow = ['a b']", "4:10: \"allow\" in [team.upstream]: this pattern matches no project: names have ASCII letters, digits, '.', '_' and '-' only; * stands for any run of those, ? for one" },
        { "min_age_exempt = ['']", "4:19: \"min_age_exempt\" in [team.upstream]: this pattern is empty, and no project has an empty name" },
        { "min_age = 3", $"4:11: \"min_age\" in [team.upstream] must be a string; found: integer" },
        { "min_age = '3'", $"4:11: \"min_age\" in [team.upstream] {Duration}" },
        { "min_age = '3w'", $"4:11: \"min_age\" in [team.upstream] {Duration}" },
        { "min_age = '-3d'", $"4:11: \"min_age\" in [team.upstream] {Duration}" },
        { "min_age = '3.5d'", $"4:11: \"min_age\" in [team.upstream] {Duration}" },
        { "min_age = '3651d'", $"4:11: \"min_age\" in [team.upstream] {Duration}" },
        { "min_age = '9999999d'", $"4:11: \"min_age\" in [team.upstream] {Duration}" },
        { "max_stale = 'forever'", $"4:13: \"max_stale\" in [team.upstream] {Duration}" },
        { "max_cache_bytes = -1", "4:19: \"max_cache_bytes\" in [team.upstream] must not be negative" },
        { "max_cache_bytes = '1G'", "4:19: \"max_cache_bytes\" in [team.upstream] must be an integer; found: string" },
        { "[team.upstream.more]", $"4:16: unknown key \"more\" in [team.upstream]; allowed keys: {AllowedKeys}; did you mean \"mode\"?" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_problem_is_told_with_its_place_and_the_next_step(string lines, string problem)
    {
        Assert.False(TryRead(lines, out _, out var found));
        Assert.Equal("config.toml:" + problem, found);
        Assert.DoesNotContain("s3cret", found, StringComparison.Ordinal);
    }

    [Fact]
    public void Upstream_that_is_no_table_is_told_and_a_repository_may_lack_it()
    {
        Assert.False(ConfigFile.TryRead("[team]\ntype = 'file_system'\nupstream = 'https://pypi.org/'\n", "config.toml", Types, out _, out var problem));
        Assert.Equal("config.toml:3:12: \"upstream\" in [team] must be a table, [team.upstream]; found: string", problem);

        Assert.True(ConfigFile.TryRead("[team]\ntype = 'file_system'\n", "config.toml", Types, out var repositories, out _));
        Assert.Null(Assert.Single(repositories).Upstream);
    }

    [Fact]
    public void An_empty_table_is_pypi_org_in_mode_redirect_without_rules()
    {
        var upstream = Read("");

        Assert.Equal(("https://pypi.org/simple/", UpstreamMode.Redirect, ""), (upstream.Url.AbsoluteUri, upstream.Mode, upstream.User));
        Assert.Equal((50L * 1024 * 1024 * 1024, TimeSpan.FromDays(30)), (upstream.MaxCacheBytes, upstream.MaxStale));
        Assert.Null(upstream.Password);
        Assert.Null(upstream.Rules.Against(Name("anything")));
        Assert.Null(upstream.Rules.Against(Name("anything"), "a.whl", since: null, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Every_key_is_read()
    {
        var upstream = Read("""
            url = "http://index.example:8080/root/pypi/+simple"
            mode = "cache"
            user = "u"
            password_env = "P"
            allow = ["A_*"]
            deny = ["a-b"]
            min_age = "12h"
            min_age_exempt = ["A.C"]
            max_cache_bytes = 0
            max_stale = "90m"
            """);

        Assert.Equal(("http://index.example:8080/root/pypi/+simple/", UpstreamMode.Cache, "u"), (upstream.Url.AbsoluteUri, upstream.Mode, upstream.User));
        Assert.Equal(("password_env", "P"), (upstream.Password?.Key, upstream.Password?.Place));
        Assert.Equal("a-* a-b a-c", $"{Assert.Single(upstream.Rules.Allow)} {Assert.Single(upstream.Rules.Deny)} {Assert.Single(upstream.Rules.MinAgeExempt)}");
        Assert.Equal((TimeSpan.FromHours(12), 0L, TimeSpan.FromMinutes(90)), (upstream.Rules.MinAge, upstream.MaxCacheBytes, upstream.MaxStale));
    }

    [Theory]
    [InlineData("\"0\"", 0)]
    [InlineData("0", 0)]
    [InlineData("\"0d\"", 0)]
    [InlineData("\"45s\"", 45)]
    [InlineData("\"30m\"", 1800)]
    [InlineData("\"3650d\"", 315_360_000)]
    public void A_duration_is_a_number_with_a_unit_or_zero(string text, long seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Read($"min_age = {text}").Rules.MinAge);

    [Theory]
    [InlineData("0s", "0")]
    [InlineData("86400s", "1d")]
    [InlineData("36h", "36h")]
    [InlineData("90m", "90m")]
    [InlineData("61s", "61s")]
    public void A_duration_is_shown_in_the_largest_unit_that_holds_it(string given, string shown)
    {
        Assert.True(ConfigDuration.TryParse(given, out var duration));
        Assert.Equal(shown, ConfigDuration.Write(duration));
    }

    [Fact]
    public void A_password_is_read_from_its_variable_or_file_and_never_shown()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "s3cret\n");
        try
        {
            var read = Read($"user = 'u'\npassword_file = '{path}'").WithPassword(out var problem);

            Assert.Null(problem);
            Assert.Equal(("u", "s3cret"), (read.Credentials?.User, read.Credentials?.Password.Reveal()));
            Assert.DoesNotContain("s3cret", read.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("user = 'u'\npassword_env = 'NO_SUCH_VARIABLE'", "config.toml:5:16: \"password_env\" in [team.upstream]: the environment variable of this name is not set, or empty")]
    [InlineData("user = 'u'\npassword_file = 'relative'", "config.toml:5:17: \"password_file\" in [team.upstream]: the path of a file with a secret must be absolute")]
    [InlineData("user = 'u'\npassword_file = '/no/such/file'", "config.toml:5:17: \"password_file\" in [team.upstream]: this file cannot be read: ")]
    public void A_password_that_is_not_there_is_told_with_its_place(string lines, string problem)
    {
        Assert.True(TryRead(lines, out var config, out _));

        Assert.StartsWith(problem, Assert.Single(config.FindSecretProblems()), StringComparison.Ordinal);
        Assert.Null(config.WithSecrets(out var first).Upstream?.Credentials);
        Assert.StartsWith(problem, first, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_needs_no_password()
    {
        Assert.Equal(("u", ""), Read("user = 'u'").WithPassword(out _).Credentials is var (user, password) ? (user, password.Reveal()) : default);
        Assert.Null(Read("").WithPassword(out _).Credentials);
    }

    private static UpstreamConfig Read(string lines)
    {
        Assert.True(TryRead(lines, out var config, out var problem), problem);

        return config.Upstream ?? throw new InvalidOperationException("The table is there.");
    }

    private static bool TryRead(string lines, out RepositoryConfig config, out string? problem)
    {
        var isRead = ConfigFile.TryRead($"[team]\ntype = 'file_system'\n[team.upstream]\n{lines}\n", "config.toml", Types, out var repositories, out problem);
        config = repositories?[0]!; // not used where it is not read

        return isRead;
    }

    private static ProjectName Name(string text)
    {
        Assert.True(ProjectName.TryParse(text, out var name));

        return name;
    }
}
