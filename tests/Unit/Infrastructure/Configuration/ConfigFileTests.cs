using PyWharf.Application.Access;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public class ConfigFileTests
{
    private static readonly Dictionary<string, IReadOnlyList<ConfigKey>> Types = new()
    {
        ["file_system"] =
        [
            ConfigKey.Secret("read_secret", "the secret that reads"),
            ConfigKey.Secret("write_secret", "the secret that writes"),
        ],
        ["github"] =
        [
            ConfigKey.Text("owner", "the account that owns the repository"),
            ConfigKey.Text("repo", "the name of the repository", problem: text => text.Contains('/', StringComparison.Ordinal) ? "must be a name without its owner" : null),
            ConfigKey.Text("branch", "the branch of the index", "master"),
            ConfigKey.Flag("draft", "whether drafts count", false),
            ConfigKey.MaxFileBytes(2_147_483_647),
        ],
    };

    public static TheoryData<string, string> Problems => new()
    {
        { "", "config.toml:1:1: there is no repository; each one is a table such as [local]" },
        { "# nothing\n", "config.toml:1:1: there is no repository; each one is a table such as [local]" },
        { "[local\n", "config.toml:1:7: expected \"]\" after the name of a table" },
        { "type = 'file_system'", "config.toml:1:1: \"type\" is no table; every key belongs below the name of its repository, such as [local]" },
        { "[[local]]\ntype = 'file_system'", "config.toml:1:3: \"local\" is no table; every key belongs below the name of its repository, such as [local]" },
        { "[simple]\ntype = 'file_system'", "config.toml:1:2: 'simple' cannot be the name of a repository, because the server has a page of that name." },
        { "['a b']\ntype = 'file_system'", "config.toml:1:2: A repository name consists of ASCII letters, digits, '.', '_' and '-'." },
        { "[local]\ntype = 'file_system'\n[Local]\ntype = 'file_system'", "config.toml:3:2: [Local] is the same repository as that at 1:2: case does not matter" },
        { "[acme.pypi]\ntype = 'file_system'", "config.toml:1:7: a repository has no table but \"policy\", \"tokens\" and \"upstream\" in its table; a name with a dot needs quotes: [\"acme.pypi\"]" },
        { "\n[local]\nread_secret = 's3cret'", "config.toml:2:2: [local] lacks the key \"type\": the kind of its storage" },
        { "[local]\ntype = 1", "config.toml:2:8: \"type\" in [local] must be a string; found: integer" },
        { "[local]\ntype = 's3'", "config.toml:2:8: unknown type \"s3\" in [local]; types of this build: file_system, github" },
        { "[local]\ntype = 'filesystem'", "config.toml:2:8: unknown type \"filesystem\" in [local]; types of this build: file_system, github; did you mean \"file_system\"?" },
        {
            "[local]\ntype = 'file_system'\nfoo = 's3cret'",
            "config.toml:3:1: unknown key \"foo\" in [local]; allowed keys: type, max_file_bytes, sync_index_interval, reserve, anonymous_read, read_secret, read_secret_env, read_secret_file, read_secret_sha256, write_secret, write_secret_env, write_secret_file, write_secret_sha256, policy, tokens, upstream"
        },
        {
            "[local]\ntype = 'file_system'\nReadSecret = 's3cret'",
            "config.toml:3:1: unknown key \"ReadSecret\" in [local]; allowed keys: type, max_file_bytes, sync_index_interval, reserve, anonymous_read, read_secret, read_secret_env, read_secret_file, read_secret_sha256, write_secret, write_secret_env, write_secret_file, write_secret_sha256, policy, tokens, upstream; did you mean \"read_secret\"?"
        },
        {
            "[local]\ntype = 'github'\nread_secret = 's3cret'",
            "config.toml:3:1: unknown key \"read_secret\" in [local]; allowed keys: type, max_file_bytes, sync_index_interval, reserve, anonymous_read, owner, repo, branch, draft, policy, tokens, upstream"
        },
        { "[local]\ntype = 'file_system'\nread_secret = 12345", "config.toml:3:15: \"read_secret\" in [local] must be a string; found: integer" },
        { "[local]\ntype = 'file_system'\nread_secret = ['s3cret']", "config.toml:3:15: \"read_secret\" in [local] must be a string; found: array" },
        { "[local]\ntype = 'file_system'\nmax_file_bytes = '5'", "config.toml:3:18: \"max_file_bytes\" in [local] must be an integer; found: string" },
        { "[local]\ntype = 'file_system'\nmax_file_bytes = 5.0", "config.toml:3:18: \"max_file_bytes\" in [local] must be an integer; found: float" },
        { "[local]\ntype = 'file_system'\nmax_file_bytes = 0", "config.toml:3:18: \"max_file_bytes\" in [local] must be at least 1" },
        { "[local]\ntype = 'file_system'\nsync_index_interval = 0", "config.toml:3:23: \"sync_index_interval\" in [local] must be from 1 to 2592000 (seconds; 30 days)" },
        { "[local]\ntype = 'file_system'\nsync_index_interval = 2592001", "config.toml:3:23: \"sync_index_interval\" in [local] must be from 1 to 2592000 (seconds; 30 days)" },
        { "[acme]\ntype = 'github'\nrepo = 'x'", "config.toml:1:2: [acme] lacks the key \"owner\": the account that owns the repository" },
        { "[acme]\ntype = 'github'\nowner = 'acme'\nrepo = 'acme/x'", "config.toml:4:8: \"repo\" in [acme] must be a name without its owner" },
        { "[acme]\ntype = 'github'\nowner = 'acme'\nrepo = 'x'\ndraft = 'true'", "config.toml:5:9: \"draft\" in [acme] must be true or false; found: string" },
        { "[local]\ntype = 'file_system'\nreserve = 'acme-*'", "config.toml:3:11: \"reserve\" in [local] must be an array of names or patterns such as [\"acme-*\"]; found: string" },
        { "[local]\ntype = 'file_system'\nreserve = ['acme-*',\n  1]", "config.toml:4:3: \"reserve\" in [local] must hold strings only; found: integer" },
        { "[local]\ntype = 'file_system'\nreserve = ['acme-*',\n  '']", "config.toml:4:3: \"reserve\" in [local]: this pattern is empty, and no project has an empty name" },
        {
            "[acme]\ntype = 'github'\nowner = 'acme'\nrepo = 'x'\nreserve = [\"a\", \"-acme\"]",
            "config.toml:5:17: \"reserve\" in [acme]: this pattern matches no project: a name begins and ends with a letter or digit"
        },
        { "[local]\ntype = 'file_system'\nanonymous_read = 'true'", "config.toml:3:18: \"anonymous_read\" in [local] must be true or false; found: string" },
        { "[local]\ntype = 'file_system'\nreserved = []", "config.toml:3:1: unknown key \"reserved\" in [local]; allowed keys: type, max_file_bytes, sync_index_interval, reserve, anonymous_read, read_secret, read_secret_env, read_secret_file, read_secret_sha256, write_secret, write_secret_env, write_secret_file, write_secret_sha256, policy, tokens, upstream; did you mean \"reserve\"?" },
        { "[local]\ntype = 'file_system'\nread_secret = s3cret", "config.toml:3:15: expected a value; a string needs quotes" },
        { "[local]\ntype = 'file_system'\nread_secret = \"s3cret", "config.toml:3:15: this string is not closed" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_problem_says_where_and_what_and_no_secret(string document, string expected)
    {
        Assert.False(ConfigFile.TryRead(document, "config.toml", Types, out var repositories, out var problem));

        Assert.Null(repositories);
        Assert.Equal(expected, problem);
        Assert.DoesNotContain("s3cret", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_has_what_its_table_says()
    {
        var acme = Read("""
            [Acme]
            type = "github"
            owner = "acme"
            repo = "packages"
            branch = "main"
            draft = true
            max_file_bytes = 1
            sync_index_interval = 2592000
            reserve = ["acme", "Acme_*"]
            anonymous_read = true
            """).Single();

        Assert.Equal("acme", acme.Name.ToString());
        Assert.Equal("github", acme.Type);
        Assert.Equal("acme", acme.Text("owner"));
        Assert.Equal("packages", acme.Text("repo"));
        Assert.Equal("main", acme.Text("branch"));
        Assert.True(acme.Flag("draft"));
        Assert.Equal(1, acme.MaxFileBytes);
        Assert.Equal(TimeSpan.FromDays(30), acme.SyncIndexInterval);
        Assert.True(acme.Access.AllowsAnonymousRead);
        Assert.Equal(["acme", "acme-*"], acme.Reserve.Select(pattern => pattern.ToString()));
    }

    [Fact]
    public void What_a_table_leaves_out_has_the_default_of_its_type()
    {
        var repositories = Read("""
            local = { type = "file_system" }

            ["acme.packages"]
            type = "github"
            owner = "acme"
            repo = "packages"
            """);

        Assert.Equal(["local", "acme.packages"], repositories.Select(repository => repository.Name.ToString()));
        Assert.Equal([5_368_709_119, 2_147_483_647], repositories.Select(repository => repository.MaxFileBytes));
        Assert.All(repositories, repository => Assert.Equal(TimeSpan.FromSeconds(60), repository.SyncIndexInterval));
        Assert.Equal("", repositories[0].SecretText("read_secret"));
        Assert.All(repositories, repository => Assert.Equal(AccessRules.Default, repository.Access));
        Assert.Equal("master", repositories[1].Text("branch"));
        Assert.False(repositories[1].Flag("draft"));
    }

    [Fact]
    public void A_key_that_its_type_does_not_have_is_a_bug()
    {
        var local = Read("[local]\ntype = 'file_system'").Single();

        Assert.Throws<KeyNotFoundException>(() => local.Text("owner"));
    }

    private static IReadOnlyList<RepositoryConfig> Read(string document)
    {
        Assert.True(ConfigFile.TryRead(document, "config.toml", Types, out var repositories, out var problem), problem);
        return repositories;
    }
}
