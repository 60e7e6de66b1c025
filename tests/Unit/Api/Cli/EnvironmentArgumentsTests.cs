namespace PyWharf.Unit.Api.Cli;

public sealed class EnvironmentArgumentsTests
{
    [Fact]
    public async Task The_environment_is_the_command_line_when_there_is_none()
    {
        var server = (await Invocation.With(new()
        {
            ["PYWHARF_COMMAND"] = "server",
            ["PYWHARF_COMMAND_ROOT"] = "data",
            ["PYWHARF_COMMAND_AUTH_READ_EXPIRES"] = "60",
            ["pywharf_command_Config"] = "-c.toml",
            ["PYWHARF_OTHER"] = "x",
            ["PATH"] = "x",
        })).Server;

        Assert.Equal((Path.GetFullPath("data"), 60, "-c.toml"), (server.Root, server.AuthReadExpires.TotalSeconds, server.Config));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("True", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    public async Task An_empty_value_of_a_switch_is_the_bare_flag(string value, bool expected) =>
        Assert.Equal(expected, (await Invocation.With(Server(("DEBUG", value)))).Server.Debug);

    [Fact]
    public async Task An_empty_value_of_any_other_flag_is_the_empty_text() =>
        Assert.Null((await Invocation.With(Server(("EXTRA_INDEX_URL", "")))).Server.ExtraIndexUrl);

    [Fact]
    public async Task An_empty_configuration_is_refused_as_it_would_leave_the_server_open() =>
        Assert.Equal("--config must be a path", (await Invocation.With(Server(("CONFIG", "")))).Complaint);

    [Fact]
    public async Task Keys_of_a_back_end_and_the_name_of_a_secret_are_read_as_well()
    {
        var options = (await Invocation.With(new()
        {
            ["PYWHARF_COMMAND"] = "update_index",
            ["PYWHARF_COMMAND_TYPE"] = "github",
            ["PYWHARF_COMMAND_NAME"] = "local",
            ["PYWHARF_COMMAND_OWNER"] = "acme",
            ["PYWHARF_COMMAND_BRANCH"] = "",
            ["PYWHARF_COMMAND_SECRET_ENV"] = "TOKEN",
            ["TOKEN"] = "hunter2",
        })).UpdateIndex;

        Assert.Equal(("github", "local", "hunter2"), (options.Type, options.Name, options.Secret));
        Assert.Equal(new Dictionary<string, string> { ["owner"] = "acme", ["branch"] = "" }, options.BackendKeys);
    }

    [Fact]
    public async Task A_variable_in_two_spellings_is_a_flag_given_twice() =>
        Assert.Equal(
            "--port is given twice",
            (await Invocation.With(Server(("PORT", "1"), ("port", "2")))).Complaint);

    [Theory]
    [InlineData("PROT", "unknown flag --prot; did you mean --port?")]
    [InlineData("", "unknown flag --")]
    public async Task A_variable_that_is_no_flag_is_wrong_usage(string name, string complaint) =>
        Assert.Equal(complaint, (await Invocation.With(Server((name, "1")))).Complaint);

    [Fact]
    public async Task An_unknown_command_is_wrong_usage() =>
        Assert.Equal(
            "unknown command sever; did you mean server?",
            (await Invocation.With(new() { ["PYWHARF_COMMAND"] = "sever" })).Complaint);

    [Fact]
    public async Task Arguments_switch_the_environment_off() =>
        Assert.Equal(8888, (await Invocation.With(Server(("PORT", "1")), "server", "data")).Server.Port);

    [Theory]
    [InlineData("PYWHARF_COMMAND", "")]
    [InlineData("PYWHARF_COMMAND_ROOT", "data")]
    public async Task Without_a_command_the_help_goes_to_stderr_as_wrong_usage(string name, string value)
    {
        var invocation = await Invocation.With(new() { [name] = value });

        Assert.Equal((2, ""), (invocation.ExitCode, invocation.Stdout));
        Assert.Equal((await Invocation.Of("--help")).Stdout, invocation.Stderr);
    }

    private static Dictionary<string, string> Server(params (string Flag, string Value)[] flags)
    {
        var environment = flags.ToDictionary(flag => "PYWHARF_COMMAND_" + flag.Flag, flag => flag.Value, StringComparer.Ordinal);
        environment["PYWHARF_COMMAND"] = "server";
        environment["PYWHARF_COMMAND_ROOT"] = "data";
        return environment;
    }
}
