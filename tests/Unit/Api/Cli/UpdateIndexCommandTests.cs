namespace PyWharf.Unit.Api.Cli;

public sealed class UpdateIndexCommandTests
{
    [Theory]
    [InlineData("update_index", "github", "local")]
    [InlineData("update_index", "--type", "github", "--name", "local")]
    [InlineData("update-index", "--name=local", "--type=github")]
    public async Task Type_and_name_are_arguments_or_flags(params string[] args)
    {
        var options = (await Invocation.Of(args)).UpdateIndex;

        Assert.Equal(("github", "local", null), (options.Type, options.Name, options.Secret));
        Assert.Equal(Environment.CurrentDirectory, options.Root);
        Assert.Empty(options.BackendKeys);
    }

    [Fact]
    public async Task Every_other_flag_is_a_key_of_the_back_end()
    {
        var options = (await Invocation.Of(
            "update_index", "--owner=acme", "github", "--index-filename", "i.toml", "--dry_run", "--empty=", "--equation=a=b",
            "local", "--minus=-1", "--last")).UpdateIndex;

        Assert.Equal(("github", "local"), (options.Type, options.Name));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["owner"] = "acme",
                ["index_filename"] = "i.toml",
                ["dry_run"] = "true",
                ["empty"] = "",
                ["equation"] = "a=b",
                ["minus"] = "-1",
                ["last"] = "true",
            },
            options.BackendKeys);
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("--a:b=c")]
    [InlineData("--ä=1")]
    [InlineData("---a=1")]
    [InlineData("--=1")]
    public async Task A_key_of_the_back_end_is_a_name(string flag) =>
        Assert.StartsWith("unknown flag -", (await Invocation.Of("update_index", "a", "b", flag)).Complaint, StringComparison.Ordinal);

    [Fact]
    public async Task The_root_is_that_of_the_server() =>
        Assert.Equal(Path.GetFullPath("data"), (await Invocation.Of("update_index", "a", "b", "--root=data")).UpdateIndex.Root);

    [Fact]
    public async Task The_secret_comes_from_its_flag() =>
        Assert.Equal("-s e c=", (await Invocation.Of("update_index", "a", "b", "--secret=-s e c=")).UpdateIndex.Secret);

    [Fact]
    public async Task The_secret_comes_from_the_variable_that_is_named()
    {
        var environment = new Dictionary<string, string> { ["TOKEN"] = "hunter2" };

        Assert.Equal("hunter2", (await Invocation.With(environment, "update_index", "a", "b", "--secret_env", "TOKEN")).UpdateIndex.Secret);
    }

    [Theory]
    [InlineData("--secret and --secret_env exclude each other", "--secret=x", "--secret_env=TOKEN")]
    [InlineData("--secret_env names an environment variable that is not set", "--secret_env=NO_TOKEN")]
    [InlineData("--secret_env names an environment variable that is not set", "--secret_env=EMPTY")]
    [InlineData("--secret must be a secret that is not empty", "--secret=")]
    [InlineData("--secret_env must be the name of an environment variable", "--secret_env=")]
    [InlineData("--type must be the name of a back end", "--type=")]
    public async Task A_secret_that_cannot_be_had_is_wrong_usage(string complaint, params string[] flags)
    {
        var environment = new Dictionary<string, string> { ["TOKEN"] = "hunter2", ["EMPTY"] = "" };
        string[] args = ["update_index", "b", .. flags];

        Assert.Equal(complaint, (await Invocation.With(environment, flags is ["--type="] ? args : ["update_index", "a", .. args[1..]])).Complaint);
    }

    [Fact]
    public async Task The_options_do_not_print_their_secrets() =>
        Assert.Equal(
            "UpdateIndexOptions a b",
            (await Invocation.Of("update_index", "a", "b", "--secret=hunter2", "--write_secret=hunter2")).UpdateIndex.ToString());
}
