using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Commands;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.GitHub.Commands;

public sealed class PackageRepositoryPlanTests
{
    private static readonly Dictionary<string, IReadOnlyList<ConfigKey>> Keys = new()
    {
        ["github"] =
        [
            ConfigKey.Text("owner", ""),
            ConfigKey.Text("repo", ""),
            ConfigKey.Text("branch", "", "master"),
            ConfigKey.Text("index_filename", "", "index.toml"),
            ConfigKey.Text("api_url", "", "https://api.github.com"),
        ],
    };

    [Fact]
    public void Keys_with_their_defaults_are_left_out() => Assert.Equal(
        """
        [team]
        type = "github"
        owner = "acme"
        repo = "packages"

        """,
        Plan("team").Configuration("acme", "master"));

    [Fact]
    public void All_other_keys_are_said() => Assert.Equal(
        """
        [team]
        type = "github"
        owner = "acme"
        repo = "packages"
        branch = "main"
        index_filename = "a/index.toml"
        api_url = "https://github.example.com/api/v3"
        sync_index_interval = 300

        """,
        (Plan("team") with
        {
            IndexFilename = "a/index.toml",
            ApiUrl = new Uri("https://github.example.com/api/v3/"),
            SyncIndexInterval = 300,
        }).Configuration("acme", "main"));

    [Theory]
    [InlineData("team")]
    [InlineData("team.python-3_x")]
    [InlineData("42")]
    public void A_server_reads_what_is_printed(string name)
    {
        var plan = Plan(name) with { SyncIndexInterval = 300, ApiUrl = new Uri("http://127.0.0.1:8080/") };

        Assert.True(ConfigFile.TryRead(plan.Configuration("acme", "main"), "config.toml", Keys, out var configs, out _));

        var config = Assert.Single(configs);
        Assert.Equal((name, "github", TimeSpan.FromMinutes(5)), (config.Name.ToString(), config.Type, config.SyncIndexInterval));
        Assert.Equal(("acme", "packages", "main"), (config.Text("owner"), config.Text("repo"), config.Text("branch")));
        Assert.Equal(("index.toml", "http://127.0.0.1:8080"), (config.Text("index_filename"), config.Text("api_url")));
    }

    [Fact]
    public void A_server_understands_the_admin_secret()
    {
        var plan = Plan("team.x");
        Assert.True(ConfigFile.TryRead(plan.Configuration("acme", "main"), "config.toml", Keys, out var configs, out _));

        Assert.False(SecretFile.TryRead(plan.AdminSecret(), "admin_secret.toml", configs, out _, out var problem));

        Assert.Equal("admin_secret.toml:3:7: the environment variable of this name is not set, or empty", problem);
    }

    private static PackageRepositoryPlan Plan(string name) =>
        RepositoryName.TryParse(name, out var parsed, out _)
            ? new PackageRepositoryPlan { Name = parsed, Repo = "packages", Image = "example.com/pywharf:1.0" }
            : throw new ArgumentException("No name.", nameof(name));
}
