using System.Globalization;
using System.Text;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public sealed class TokenTablesTests
{
    private const string AllowedKeys = "sha256, permission, projects, reads, expires, networks";

    private static readonly string A = new('a', 64);
    private static readonly string B = new('b', 64);

    private static readonly Dictionary<string, IReadOnlyList<ConfigKey>> Types = new() { ["file_system"] = [ConfigKey.Secret("read_secret", "reads")] };

    // The token's table begins in line 3, its keys in line 4.
    public static TheoryData<string, string> Problems => new()
    {
        { "", "3:15: [local.tokens.ci] lacks the key \"sha256\": the SHA-256 of its text" },
        { "sha256 = 'pyw_s3cret'", "4:10: \"sha256\" in [local.tokens.ci] must be the SHA-256 of the token, 64 hexadecimal digits" },
        { "sha256 = 1", "4:10: \"sha256\" in [local.tokens.ci] must be a string; found: integer" },
        { "sha265 = 's3cret'", $"4:1: unknown key \"sha265\" in [local.tokens.ci]; allowed keys: {AllowedKeys}; did you mean \"sha256\"?" },
        { "sha256_file = '/s3cret'", $"4:1: unknown key \"sha256_file\" in [local.tokens.ci]; allowed keys: {AllowedKeys}; did you mean \"sha256\"?" },
        { "SHA\npermission = 'push'", "5:14: \"permission\" in [local.tokens.ci] must be \"read\", \"write\" or \"admin\"" },
        { "SHA\npermission = true", "5:14: \"permission\" in [local.tokens.ci] must be a string; found: boolean" },
        { "SHA\nprojects = 'billing'", "5:12: \"projects\" in [local.tokens.ci] must be an array of names or patterns such as [\"billing-*\"]; found: string" },
        { "SHA\nprojects = []", "5:12: \"projects\" in [local.tokens.ci] is empty, which is no project; [\"*\"] is every project" },
        { "SHA\nprojects = ['billing', '-x']", "5:24: \"projects\" in [local.tokens.ci]: this pattern matches no project: a name begins and ends with a letter or digit" },
        { "SHA\nreads = [1]", "5:10: \"reads\" in [local.tokens.ci] must hold strings only; found: integer" },
        { "SHA\nreads = []", "5:9: \"reads\" in [local.tokens.ci] is empty, which is no project; [\"*\"] is every project" },
        { "SHA\nexpires = '2027-06-30'", "5:11: \"expires\" in [local.tokens.ci] must be a date such as 2027-06-30, or a date-time such as 2027-06-30T12:00:00Z, without quotes; found: string" },
        { "SHA\nexpires = 12:00:00", "5:11: \"expires\" in [local.tokens.ci] must be a date such as 2027-06-30, or a date-time such as 2027-06-30T12:00:00Z, without quotes; found: local time" },
        { "SHA\nexpires = 2027-06-31", "5:11: not a number (64 bits), date or time (years 1 to 9999) as TOML writes it; a string needs quotes" },
        { "SHA\nnetworks = '10.0.0.0/8'", "5:12: \"networks\" in [local.tokens.ci] must be an array of networks such as [\"10.0.0.0/8\"]; found: string" },
        { "SHA\nnetworks = []", "5:12: \"networks\" in [local.tokens.ci] must have 1 to 1000 networks; without the key the client may be anywhere" },
        { "SHA\nnetworks = ['10.0.0.0/8', 10]", $"5:27: \"networks\" in [local.tokens.ci]: this is not {ClientNetwork.Expected}" },
        { "SHA\nnetworks = ['::1',\n '10.0.0.0/33']", $"6:2: \"networks\" in [local.tokens.ci]: this is not {ClientNetwork.Expected}" },
        { "SHA\nnetworks = ['localhost']", $"5:13: \"networks\" in [local.tokens.ci]: this is not {ClientNetwork.Expected}" },
        { "SHA\nnetworks = ['10.1.2.3/8']", "5:13: \"networks\" in [local.tokens.ci]: this has bits behind its prefix; the network is 10.0.0.0/8" },
        { "SHA\nnetworks = ['2001:db8::1/32']", "5:13: \"networks\" in [local.tokens.ci]: this has bits behind its prefix; the network is 2001:db8::/32" },
        { "SHA\n[local.tokens.ci.billing]", $"5:18: unknown key \"billing\" in [local.tokens.ci]; allowed keys: {AllowedKeys}" },
        { "SHA\n[local.tokens.'a b']\nsha256 = 'x'", "5:15: A token name consists of ASCII letters, digits, '.', '_' and '-'." },
        { "SHA\n[local.tokens.CI]\nsha256 = 'x'", "5:15: [local.tokens.CI] is the same token as [local.tokens.ci]: case does not matter" },
        { "SHA\n[local.tokens.other]\nSHA", "6:10: \"sha256\" in [local.tokens.other] is the same as \"sha256\" in [local.tokens.ci] at 4:10: every token has a text of its own" },
        { "SHA\n[other]\ntype = 'file_system'\n[other.tokens.ci]\nSHA", "8:10: \"sha256\" in [other.tokens.ci] is the same as \"sha256\" in [local.tokens.ci] at 4:10: every token has a text of its own" },
        { "SHA\n[other]\ntype = 'file_system'\nread_secret_SHA", "7:22: \"read_secret_sha256\" in [other] is the same as \"sha256\" in [local.tokens.ci] at 4:10: every token has a text of its own" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_problem_says_where_and_what_and_no_secret(string lines, string expected)
    {
        var problem = ProblemOf($"[local]\ntype = 'file_system'\n[local.tokens.ci]\n{lines}");

        Assert.Equal($"config.toml:{expected}", problem);
        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokens = 'ci'", "3:10: \"tokens\" in [local] must be a table, [local.tokens]; found: string")]
    [InlineData("[[local.tokens]]", "3:9: \"tokens\" in [local] must be a table, [local.tokens]; found: array")]
    [InlineData("[local.tokens]\nSHA", "4:1: \"sha256\" in [local.tokens] must be a table, such as [local.tokens.ci]; found: string")]
    [InlineData("[local.token.ci]\nSHA", "3:8: a repository has no table but \"policy\", \"tokens\" and \"upstream\" in its table; a name with a dot needs quotes: [\"local.token\"]; did you mean [local.tokens]?")]
    [InlineData("read_secret_SHA\n[local.tokens.ci]\nSHA", "5:10: \"sha256\" in [local.tokens.ci] is the same as \"read_secret_sha256\" in [local] at 3:22: every token has a text of its own")]
    public void Tokens_are_tables_below_their_repository(string lines, string expected) =>
        Assert.Equal($"config.toml:{expected}", ProblemOf($"[local]\ntype = 'file_system'\n{lines}"));

    [Fact]
    public void A_token_may_read_every_project_for_ever_and_from_anywhere_unless_its_table_says_more()
    {
        var token = Assert.Single(Read($"[local.tokens.CI]\nsha256 = '{A.ToUpperInvariant()}'"));

        Assert.Equal(("local", "ci", A), (token.Repository.ToString(), token.Name.ToString(), token.Digest.ToString()));
        Assert.Equal(AccessLevel.Read, token.Permission);
        Assert.Same(ProjectScope.All, token.Projects);
        Assert.Same(ProjectScope.All, token.Reads);
        Assert.Null(token.Expires);
        Assert.Empty(token.Networks);
        Assert.True(token.IsConfigured);
    }

    [Fact]
    public void A_token_has_what_its_table_says()
    {
        var token = Assert.Single(Read(
            $"""
            [local.tokens."ci.billing"]
            sha256 = "{A}"
            permission = "write"
            projects = ["billing", "Billing_*"]
            reads = ["shared-*"]
            expires = 2027-06-30T12:00:00+02:00
            networks = ["10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::1", "::ffff:172.16.0.0/108"]
            """));

        Assert.Equal("ci.billing", token.Name.ToString());
        Assert.Equal(AccessLevel.Write, token.Permission);
        Assert.Equal(["billing", "billing-*"], token.Projects.Patterns.Select(pattern => pattern.ToString()));
        Assert.Equal(["billing", "billing-*", "shared-*"], token.Reads.Patterns.Select(pattern => pattern.ToString()));
        Assert.Equal(new DateTimeOffset(2027, 6, 30, 10, 0, 0, TimeSpan.Zero), token.Expires);
        Assert.Equal(["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32", "::1/128", "172.16.0.0/12"], token.Networks.Select(network => network.ToString()));
    }

    [Theory]
    [InlineData("2027-06-30", "2027-06-30T23:59:59.999999Z")]
    [InlineData("9999-12-31", "9999-12-31T23:59:59.999999Z")]
    [InlineData("2027-06-30T12:00:00", "2027-06-30T12:00:00Z")]
    [InlineData("2027-06-30T12:00:00Z", "2027-06-30T12:00:00Z")]
    [InlineData("2027-06-30T12:00:00-05:00", "2027-06-30T17:00:00Z")]
    public void A_date_is_its_end_and_a_time_without_zone_is_utc(string expires, string expected) => Assert.Equal(
        DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Assert.Single(Read($"[local.tokens.ci]\nsha256 = '{A}'\nexpires = {expires}")).Expires);

    [Fact]
    public void To_read_everything_takes_no_filter()
    {
        Assert.Same(ProjectScope.All, Assert.Single(Read($"[local.tokens.ci]\nsha256 = '{A}'\nprojects = ['billing']\nreads = ['*']")).Reads);
        Assert.Same(ProjectScope.All, Assert.Single(Read($"[local.tokens.ci]\nsha256 = '{A}'\nprojects = ['billing', '**']")).Projects);
    }

    [Fact]
    public void Tokens_may_stand_inline_or_in_dotted_keys() =>
        Assert.Equal(["a", "b"], Read($"tokens.a.sha256 = '{A}'\ntokens.b = {{ sha256 = '{B}' }}").Select(token => token.Name.ToString()));

    [Fact]
    public void Two_secrets_may_be_the_same_and_two_repositories_may_use_one_name() => Assert.Null(ProblemOf(
        $"[a]\ntype = 'file_system'\nread_secret_sha256 = '{A}'\ntokens.ci.sha256 = '{B}'\n[b]\ntype = 'file_system'\nread_secret_sha256 = '{A}'\ntokens.ci.sha256 = '{new string('c', 64)}'"));

    [Fact]
    public void Tens_of_thousands_of_tokens_are_read()
    {
        var lines = new StringBuilder();
        for (var number = 0; number < 20_000; number++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"[local.tokens.ci-{number}]\nsha256 = '{number:x64}'\npermission = 'write'\nprojects = ['billing-{number}']\n");
        }

        var tokens = Read(lines.ToString());

        Assert.Equal(20_000, tokens.Count);
        Assert.Equal(("ci-19999", $"{19_999:x64}", "billing-19999"), (tokens[^1].Name.ToString(), tokens[^1].Digest.ToString(), $"{tokens[^1].Projects.Patterns.Single()}"));
    }

    private static IReadOnlyList<AccessToken> Read(string lines)
    {
        Assert.True(ConfigFile.TryRead($"[local]\ntype = 'file_system'\n{lines}", "config.toml", Types, out var repositories, out var problem), problem);

        return Assert.Single(repositories).Access.Tokens;
    }

    private static string? ProblemOf(string document)
    {
        ConfigFile.TryRead(document.Replace("SHA", $"sha256 = '{A}'", StringComparison.Ordinal), "config.toml", Types, out _, out var problem);

        return problem;
    }
}
