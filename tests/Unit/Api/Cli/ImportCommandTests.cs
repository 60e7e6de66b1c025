using PyWharf.Domain;

namespace PyWharf.Unit.Api.Cli;

public sealed class ImportCommandTests
{
    [Fact]
    public async Task An_import_has_what_its_flags_say()
    {
        var import = (await Invocation.With(
            new Dictionary<string, string> { ["OLD"] = "s3cret" },
            "import", "team", "https://pypi.example.com/simple", "--root=/srv", "--projects=a,b-*", "--jobs=8", "--dry_run", "--user=alice", "--password_env=OLD", "--admin_secret=a.toml", "--json")).Import;

        Assert.Equal(("team", "https://pypi.example.com/simple", "/srv", 8), (import.Repository, import.Source, import.Root, import.Jobs));
        Assert.Equal((true, true, "alice", "s3cret", "a.toml"), (import.IsDryRun, import.IsJson, import.User, import.Password, import.AdminSecret));
        Assert.Equal(["a", "b-*"], import.Projects.Patterns.Select(pattern => pattern.ToString()));
        Assert.DoesNotContain("s3cret", import.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_out_flags_import_everything_into_the_folder_at_hand()
    {
        var import = (await Invocation.Of("import", "team", "./packages")).Import;

        Assert.Equal((Path.GetFullPath("."), 4, false, false), (import.Root, import.Jobs, import.IsDryRun, import.IsJson));
        Assert.Same(ProjectScope.All, import.Projects);
        Assert.Null(import.Password);
    }

    [Theory]
    [InlineData("SOURCE is missing", "import", "team")]
    [InlineData("--jobs must be a whole number from 1 to 64", "import", "team", "x", "--jobs=0")]
    [InlineData("--jobs must be a whole number from 1 to 64", "import", "team", "x", "--jobs=65")]
    [InlineData("--projects must be names of projects or globs such as billing-*, separated by commas", "import", "team", "x", "--projects=a/b")]
    [InlineData("--source must be a folder, a name or a URL; credentials go into --user and --password_env", "import", "team", "https://alice:s3cret@pypi.example.com/simple/")]
    [InlineData("--source must be a folder, a name or a URL; credentials go into --user and --password_env", "import", "team", "ftp://pypi.example.com/")]
    [InlineData("--user needs --password_env, the environment variable that holds the password", "import", "team", "https://pypi.example.com/", "--user=alice")]
    [InlineData("--password_env needs --user", "import", "team", "https://pypi.example.com/", "--password_env=OLD")]
    [InlineData("--user and --password_env are for a source that is a URL", "import", "team", "./packages", "--user=alice", "--password_env=OLD")]
    [InlineData("--password_env names an environment variable that is not set", "import", "team", "https://pypi.example.com/", "--user=alice", "--password_env=OLD")]
    public async Task Wrong_usage_is_said_in_a_line(string complaint, params string[] args) => Assert.Equal(complaint, (await Invocation.Of(args)).Complaint);
}
