using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public sealed class ConfigurationAuthorizationTests
{
    private const string R = "[r]\ntype = \"file_system\"\nread_secret = \"r1\"\nwrite_secret = \"r2\"\n";
    private const string RSecret = "[r]\ntype = \"file_system\"\nraw = \"ra\"\n";
    private const string B = "[b]\ntype = \"file_system\"\nread_secret = \"b1\"\nwrite_secret = \"b2\"\nmax_file_bytes = 1000\n[b.policy]\nrequire_digest = \"warn\"\n";
    private const string BSecret = "[b]\ntype = \"file_system\"\nenv = \"B_ADMIN\"\n";
    private const string G = "[g]\ntype = \"github\"\nowner = \"acme\"\nrepo = \"packages\"\n";
    private const string GSecret = "[g]\ntype = \"github\"\nenv = \"G_TOKEN\"\n";

    private static readonly ConfigurationAuthor Admin = new ConfigurationAuthor.Admin(Name("r"));

    [Fact]
    public void The_operator_may_do_all() =>
        Assert.Null(Refusal(new ConfigurationAuthor.ServerOperator(), (R + B, RSecret + BSecret), (G, "[g]\ntype = \"github\"\nfile = \"/etc/passwd\"\n")));

    [Theory]
    [InlineData(R, RSecret, null)]
    [InlineData(B, BSecret, "[b] of admin_secret.toml has \"env\"")]
    [InlineData(R, "[r]\ntype = \"file_system\"\n\"file\" = \"/etc/passwd\"\n", "[r] of admin_secret.toml has \"file\"")]
    [InlineData("r.type = \"file_system\"\nr.some_file = \"/etc/passwd\"\n", RSecret, "[r] of config.toml has \"some_file\"")]
    [InlineData("[r]\ntype = \"file_system\"\n[r.upstream]\ntoken_ENV = \"X\"\n", RSecret, "[r] of config.toml has \"token_ENV\"")]
    [InlineData("[r]\ntype = \"file_system\"\nx = [{ file = \"y\" }]\n", RSecret, "[r] of config.toml has \"file\"")]
    [InlineData("[r]\ntype = \"file_system\"\nread_secret_env = \"HOME\"\n", RSecret, "[r] of config.toml has \"read_secret_env\"")]
    [InlineData("[r]\ntype = \"file_system\"\nwrite_secret_file = \"/etc/passwd\"\n", RSecret, "[r] of config.toml has \"write_secret_file\"")]
    [InlineData("[r]\ntype = \"file_system\"\n[r.tokens.ci]\nsha256_file = \"/etc/passwd\"\n", RSecret, "[r] of config.toml has \"sha256_file\"")]
    [InlineData("[r]\ntype = \"file_system\"\nread_secret_sha256 = \"0\"\n[r.tokens.prod_env]\nsha256 = \"1\"\n[r.tokens.file]\nsha256 = \"2\"\n", RSecret, null)]
    [InlineData("[g]\ntype = \"github\"\nindex_filename = \"i.toml\"\n", "", null)]
    public void A_stranger_sends_values_and_names_nothing_of_the_server(string config, string secret, string? refusal) =>
        AssertRefused(refusal, Refusal(new ConfigurationAuthor.Anonymous(), null, (config, secret)));

    [Theory]
    [InlineData("[r]\ntype = \"file_system\"\nread_secret = \"new\"\n", "[r]\ntype = \"file_system\"\nraw = \"new\"\n")]
    [InlineData(R + "anonymous_read = true\n[r.policy]\ndeletion = \"admin\"\n[r.tokens.ci]\nsha256 = \"1\"\nexpires = 2027-06-30\n", RSecret)]
    [InlineData("[r]\ntype = \"github\"\nowner = \"mine\"\nrepo = \"mine\"\n", "[r]\ntype = \"github\"\nraw = \"token\"\n")]
    [InlineData("", "")]
    public void An_admin_changes_what_is_theirs(string own, string ownSecret) =>
        Assert.Null(Refusal(Admin, (R + B, RSecret + BSecret), (own + B, ownSecret + BSecret)));

    [Theory]
    [InlineData("[r]\ntype = \"group\"\nmembers = [\"b\"]\nread_secret = \"mine\"\n", "")]
    [InlineData("[r]\ntype = \"group\"\nmembers = [\"B\", \"c\"]\n", "")]
    [InlineData(R + "members = [\"b\"]\n", RSecret)]
    public void An_admin_opens_no_other_repository_through_a_group(string own, string ownSecret) =>
        AssertRefused("The admin secret of [r] opens no other repository, but a group would show [b].", Refusal(Admin, (R + B, RSecret + BSecret), (own + B, ownSecret + BSecret)));

    [Fact]
    public void The_admin_of_the_only_repository_makes_a_group_of_it() =>
        Assert.Null(Refusal(Admin, (R, RSecret), (R + "[all]\ntype = \"group\"\nmembers = [\"r\"]\n", RSecret)));

    [Fact]
    public void How_the_tables_of_others_are_written_does_not_matter()
    {
        const string Written = """
            # another order
            ["B"]
            policy.require_digest = 'warn'
            max_file_bytes = 1_000
            write_secret = "b\u0032"
            "read_secret" = '''b1'''
            type = "file_system"

            """;

        Assert.Null(Refusal(Admin, (R + B, RSecret + BSecret), (Written + R, "b = { env = \"B_ADMIN\", type = \"file_system\" }\n" + RSecret)));
    }

    [Theory]
    [InlineData(R, RSecret)]
    [InlineData(R, RSecret + BSecret)]
    [InlineData(R + B, RSecret)]
    [InlineData(R + B + "x = 1\n", RSecret + BSecret)]
    [InlineData(R + "[b]\ntype = \"file_system\"\nread_secret = \"b1\"\nwrite_secret = \"b2\"\nmax_file_bytes = 1000\n", RSecret + BSecret)]
    [InlineData(R + "[b]\ntype = \"file_system\"\nread_secret = \"mine\"\nwrite_secret = \"b2\"\nmax_file_bytes = 1000\n[b.policy]\nrequire_digest = \"warn\"\n", RSecret + BSecret)]
    [InlineData(R + "[b]\ntype = \"file_system\"\nread_secret = \"b1\"\nwrite_secret = \"b2\"\nmax_file_bytes = \"1000\"\n[b.policy]\nrequire_digest = \"warn\"\n", RSecret + BSecret)]
    [InlineData(R + B, RSecret + "[b]\ntype = \"file_system\"\nraw = \"mine\"\n")]
    [InlineData(R + B, RSecret + "[b]\ntype = \"file_system\"\nenv = \"R_ADMIN\"\n")]
    [InlineData(R + B + "[c]\ntype = \"file_system\"\n", RSecret + BSecret)]
    [InlineData(R + B + "[c]\ntype = \"file_system\"\n", RSecret + BSecret + "[c]\ntype = \"file_system\"\nraw = \"c\"\n")]
    [InlineData("[c]\ntype = \"file_system\"\n" + B, BSecret)]
    public void An_admin_changes_adds_and_removes_nothing_else(string config, string secret)
    {
        var refusal = Refusal(Admin, (R + B, RSecret + BSecret), (config, secret));

        AssertRefused("The admin secret of [r] changes the tables of [r] only", refusal);
        Assert.Matches(@"\[[bc]\] of (config|admin_secret)\.toml", refusal!.Message);
    }

    [Fact]
    public void The_admin_of_the_only_repository_may_add_others_unless_their_packages_are_there()
    {
        Assert.Null(Refusal(Admin, (R, RSecret), (R + "[new]\ntype = \"file_system\"\n", RSecret + "[new]\ntype = \"file_system\"\nraw = \"x\"\n")));
        Assert.Null(Refusal(Admin, (R, RSecret), ("[new]\ntype = \"file_system\"\n", "")));
        AssertRefused("holds packages of [old]", Refusal(Admin, (R, RSecret), (R + "[OLD]\ntype = \"file_system\"\n", RSecret)));
        AssertRefused("[new] of admin_secret.toml has \"env\"", Refusal(Admin, (R, RSecret), (R + G.Replace("[g]", "[new]", StringComparison.Ordinal), RSecret + "[new]\ntype = \"github\"\nenv = \"X\"\n")));
    }

    [Theory]
    [InlineData("[r]\ntype = \"file_system\"\nenv = \"X\"\n")]
    [InlineData("[r]\ntype = \"file_system\"\nfile = \"/etc/passwd\"\n")]
    public void An_admin_names_nothing_of_the_server(string secret) =>
        AssertRefused("[r] of admin_secret.toml has", Refusal(Admin, (R, RSecret), (R, secret)));

    [Theory]
    [InlineData(G, GSecret, null)]
    [InlineData(G + "max_file_bytes = 5\nsync_index_interval = 9\n[g.policy]\nrequire_digest = true\n", GSecret, null)]
    [InlineData(G + "api_url = \"https://evil.example\"\n", "[g]\ntype = \"github\"\nraw = \"token\"\n", null)]
    [InlineData(G + "api_url = \"https://evil.example\"\n", GSecret, "may not be made to go elsewhere")]
    [InlineData("[g]\ntype = \"github\"\nowner = \"evil\"\nrepo = \"packages\"\n", GSecret, "may not be made to go elsewhere")]
    [InlineData("[g]\ntype = \"file_system\"\nowner = \"acme\"\nrepo = \"packages\"\n", GSecret, "may not be made to go elsewhere")]
    [InlineData(G, "[g]\ntype = \"github\"\nenv = \"OTHER\"\n", "[g] of admin_secret.toml has \"env\"")]
    [InlineData(G, "[g]\ntype = \"github\"\nfile = \"G_TOKEN\"\n", "[g] of admin_secret.toml has \"file\"")]
    public void A_secret_that_the_operator_placed_stays_where_it_goes(string config, string secret, string? refusal) =>
        AssertRefused(refusal, Refusal(new ConfigurationAuthor.Admin(Name("g")), (G, GSecret), (config, secret)));

    [Theory]
    [InlineData("[b]\ntype = \"file_system\"\nread_secret = \"new\"\nwrite_secret = \"new\"\n", null)]
    [InlineData("[b]\ntype = \"github\"\nowner = \"evil\"\nrepo = \"evil\"\n", "may not be made to go elsewhere")]
    public void Where_the_secret_goes_nowhere_all_but_the_type_may_change(string config, string? refusal) =>
        AssertRefused(refusal, Refusal(new ConfigurationAuthor.Admin(Name("b")), (B, BSecret), (config, BSecret)));

    [Theory]
    [InlineData("write_secret = \"new\"\n[e.tokens.ci]\nsha256 = \"1\"\n", null)]
    [InlineData("write_secret = \"new\"\napi_url = \"https://elsewhere.example\"\n", null)]
    [InlineData("read_secret_env = \"OTHER\"\n", "[e] of config.toml has \"read_secret_env\"")]
    [InlineData("key_env = \"E_READ\"\n", "[e] of config.toml has \"read_secret_env\"")]
    public void A_secret_that_clients_show_stays_where_it_is_and_the_rest_may_change(string lines, string? refusal)
    {
        const string E = "[e]\ntype = \"file_system\"\nread_secret_env = \"E_READ\"\n";
        var wanted = lines.StartsWith("read", StringComparison.Ordinal) ? $"[e]\ntype = \"file_system\"\n{lines}" : E + lines;

        AssertRefused(refusal, Refusal(new ConfigurationAuthor.Admin(Name("e")), (E + "write_secret = \"old\"\n", ""), (wanted, "")));
    }

    [Theory]
    [InlineData("[k.tokens.ci]\nsha256 = \"1\"\n", null)]
    [InlineData("endpoint_url = \"https://evil.example\"\n", "may not be made to go elsewhere")]
    public void A_secret_that_the_storage_is_handed_stays_where_it_goes(string line, string? refusal)
    {
        const string K = "[k]\ntype = \"s3\"\naccess_key_env = \"K\"\n";

        AssertRefused(refusal, Refusal(new ConfigurationAuthor.Admin(Name("k")), (K, ""), (K + line, "")));
    }

    [Theory]
    [InlineData("url = \"https://index.example/\"\nuser = \"u\"\npassword_env = \"P\"\n", null)]
    [InlineData("url = \"https://index.example/\"\nuser = \"u\"\npassword_env = \"P\"\ndeny = [\"x\"]\nmin_age = \"3d\"\nmode = \"off\"\n", null)]
    [InlineData("url = \"https://evil.example/\"\n", null)]
    [InlineData("url = \"https://evil.example/\"\nuser = \"u\"\npassword_env = \"P\"\n", "stays with the \"url\" and \"user\"")]
    [InlineData("user = \"u\"\npassword_env = \"P\"\n", "stays with the \"url\" and \"user\"")]
    [InlineData("url = \"https://index.example/\"\nuser = \"other\"\npassword_env = \"P\"\n", "stays with the \"url\" and \"user\"")]
    [InlineData("url = \"https://index.example/\"\nuser = \"u\"\npassword_env = \"HOME\"\n", "[u] of config.toml has \"password_env\"")]
    [InlineData("url = \"https://index.example/\"\nuser = \"u\"\npassword_file = \"/etc/passwd\"\n", "[u] of config.toml has \"password_")]
    public void The_password_of_an_upstream_index_stays_with_it_and_its_rules_may_change(string upstream, string? refusal)
    {
        const string U = "[u]\ntype = \"file_system\"\nwrite_secret = \"w\"\n[u.upstream]\n";
        const string Placed = U + "url = \"https://index.example/\"\nuser = \"u\"\npassword_env = \"P\"\n";

        AssertRefused(refusal, Refusal(new ConfigurationAuthor.Admin(Name("u")), (Placed, ""), (U.Replace("\"w\"", "\"new\"", StringComparison.Ordinal) + upstream, "")));
    }

    [Theory]
    [InlineData("https://index.example/", "https://other.example/", null)]
    [InlineData("https://index.example/", "https://127.0.0.1/", "leads into the server's own network")]
    [InlineData("http://10.0.0.7/simple/", "http://10.0.0.7/simple/", null)]
    [InlineData("http://10.0.0.7/simple/", "http://10.0.0.7/", "leads into the server's own network")]
    [InlineData(null, "http://10.0.0.7/", "leads into the server's own network")]
    [InlineData("http://10.0.0.7/simple/", null, null)]
    public void An_upstream_url_into_the_servers_network_is_the_operators_to_choose(string? before, string? after, string? refusal)
    {
        static string With(string? url) => R + (url is null ? "" : $"[r.upstream]\nurl = \"{url}\"\n");

        AssertRefused(refusal, Refusal(Admin, (With(before), RSecret), (With(after), RSecret)));
        Assert.Null(Refusal(new ConfigurationAuthor.ServerOperator(), (With(before), RSecret), (With(after), RSecret)));
    }

    [Fact]
    public void A_stranger_opens_no_way_into_the_servers_network_while_nothing_is_configured() =>
        AssertRefused("leads into the server's own network", Refusal(new ConfigurationAuthor.Anonymous(), null, (R + "[r.upstream]\nurl = \"http://169.254.169.254/\"\n", RSecret)));

    [Fact]
    public void Nobody_but_the_operator_places_a_password_for_an_upstream_index()
    {
        const string Wanted = R + "[r.upstream]\nuser = \"u\"\npassword_file = \"/run/secrets/index\"\n";

        AssertRefused("[r] of config.toml has \"password_file\"", Refusal(Admin, (R, RSecret), (Wanted, RSecret)));
        AssertRefused("[r] of config.toml has \"password_file\"", Refusal(new ConfigurationAuthor.Anonymous(), null, (Wanted, RSecret)));
        Assert.Null(Refusal(new ConfigurationAuthor.ServerOperator(), (R, RSecret), (Wanted, RSecret)));
    }

    private static void AssertRefused(string? reason, Failure? refusal)
    {
        Assert.Equal(reason is null ? null : FailureKind.Forbidden, refusal?.Kind);
        Assert.Contains(reason ?? "", refusal?.Message ?? "", StringComparison.Ordinal);
    }

    private static Failure? Refusal(ConfigurationAuthor author, (string Config, string Secret)? current, (string Config, string Secret) wanted) =>
        new ConfigurationAuthorization(
            current is { } now ? new ConfigurationDocuments(now.Config, now.Secret) : null,
            new ConfigurationDocuments(wanted.Config, wanted.Secret)).Authorize(author, type => type == "github", key => key.StartsWith("read_secret", StringComparison.Ordinal), name => name == Name("old"), url => url.Host.EndsWith(".example", StringComparison.Ordinal));

    private static RepositoryName Name(string text)
    {
        Assert.True(RepositoryName.TryParse(text, out var name, out _));

        return name;
    }
}
