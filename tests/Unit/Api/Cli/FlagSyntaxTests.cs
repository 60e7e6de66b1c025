namespace PyWharf.Unit.Api.Cli;

public sealed class FlagSyntaxTests
{
    [Theory]
    [InlineData("--auth_read_expires=60")]
    [InlineData("--auth-read-expires=60")]
    [InlineData("--auth-read_expires=60")]
    [InlineData("--auth_read_expires", "60")]
    [InlineData("--auth-read-expires", "60")]
    public async Task A_flag_is_written_with_hyphens_or_underscores_and_with_equals_or_a_space(params string[] flag)
    {
        var invocation = await Invocation.Of(["server", "data", .. flag]);

        Assert.Equal(TimeSpan.FromSeconds(60), invocation.Server.AuthReadExpires);
    }

    [Theory]
    [InlineData("server", "data", "--port", "80")]
    [InlineData("server", "--port", "80", "data")]
    [InlineData("server", "--port=80", "--root=data")]
    [InlineData("server", "--root", "data", "--port=80")]
    [InlineData("server", "--port=80", "--", "data")]
    public async Task Flags_stand_before_or_after_the_positional_which_is_a_flag_too(params string[] args)
    {
        var invocation = await Invocation.Of(args);

        Assert.Equal(Path.GetFullPath("data"), invocation.Server.Root);
        Assert.Equal(80, invocation.Server.Port);
    }

    [Theory]
    [InlineData(true, "--debug")]
    [InlineData(true, "--debug=True")]
    [InlineData(true, "--debug=TRUE")]
    [InlineData(true, "--debug=1")]
    [InlineData(true, "--debug=yes")]
    [InlineData(true, "--debug", "true")]
    [InlineData(false, "--debug=False")]
    [InlineData(false, "--debug=off")]
    [InlineData(false, "--debug", "False")]
    [InlineData(false, "--debug", "FALSE")]
    public async Task A_switch_is_bare_or_says_true_or_false_in_any_case(bool expected, params string[] flag)
    {
        var before = await Invocation.Of(["server", .. flag, "data"]);
        var after = await Invocation.Of(["server", "data", .. flag]);

        Assert.Equal(expected, before.Server.Debug);
        Assert.Equal(expected, after.Server.Debug);
        Assert.Equal(Path.GetFullPath("data"), before.Server.Root);
    }

    [Theory]
    [InlineData("--debug=maybe")]
    [InlineData("--debug=")]
    public async Task A_switch_is_nothing_but_true_or_false(string flag) =>
        Assert.Equal("--debug must be True or False", (await Invocation.Of("server", "data", flag)).Complaint);

    [Theory]
    [InlineData("-x")]
    [InlineData("--")]
    [InlineData("--port")]
    [InlineData("--port=80")]
    [InlineData("-h")]
    [InlineData("@file")]
    [InlineData("[x]")]
    [InlineData("a=b:c")]
    [InlineData("=")]
    [InlineData(":")]
    [InlineData(" ")]
    [InlineData("\"quoted\"")]
    [InlineData("server")]
    [InlineData("two\nlines")]
    [InlineData("ünïcode \ud83d\udc0d")]
    public async Task Any_value_can_be_given_after_an_equals_sign(string value) =>
        Assert.Equal(value, (await Invocation.Of("server", "data", "--config=" + value)).Server.Config);

    [Theory]
    [InlineData("@file")]
    [InlineData("-")]
    [InlineData("a=b")]
    [InlineData("[x]")]
    public async Task A_value_after_a_space_is_taken_as_it_is(string value) =>
        Assert.Equal(value, (await Invocation.Of("server", "--config", value, "data")).Server.Config);

    [Theory]
    [InlineData("server", "data", "--config")]
    [InlineData("server", "data", "--config", "--port", "80")]
    [InlineData("server", "data", "--config", "--no_such_flag")]
    [InlineData("server", "data", "--config", "-1")]
    [InlineData("server", "--config", "--", "data")]
    public async Task A_flag_is_never_taken_for_a_value(params string[] args) =>
        Assert.Equal(
            "--config needs a value (one that begins with - is written --config=VALUE)",
            (await Invocation.Of(args)).Complaint);

    [Theory]
    [InlineData("--port is given twice", "server", "data", "--port=1", "--port=2")]
    [InlineData("--auth_read_expires is given twice", "server", "data", "--auth_read_expires=1", "--auth-read-expires", "1")]
    [InlineData("--debug is given twice", "server", "data", "--debug", "--debug=False")]
    [InlineData("--root is given twice", "server", "--root=a", "--root=a")]
    [InlineData("--owner is given twice", "update_index", "github", "a", "--owner=a", "--owner=a")]
    public async Task A_flag_is_given_once(string complaint, params string[] args) =>
        Assert.Equal(complaint, (await Invocation.Of(args)).Complaint);

    [Theory]
    [InlineData("too many arguments: server takes ROOT", "server", "a", "b")]
    [InlineData("too many arguments: server takes ROOT, and --root is given already", "server", "--root=a", "a")]
    [InlineData("too many arguments: server takes ROOT, and --root is given already", "server", "a", "--root=a")]
    [InlineData("too many arguments: update_index takes TYPE NAME, and --name is given already", "update_index", "a", "b", "--name=c")]
    [InlineData("ROOT is missing", "server")]
    [InlineData("ROOT is missing", "server", "--port=80")]
    [InlineData("TYPE is missing", "update_index")]
    [InlineData("NAME is missing", "update_index", "github")]
    [InlineData("TYPE is missing", "update_index", "--name=a")]
    public async Task A_positional_is_given_once_by_place_or_by_name(string complaint, params string[] args) =>
        Assert.Equal(complaint, (await Invocation.Of(args)).Complaint);

    [Fact]
    public async Task A_place_is_the_first_that_was_not_given_by_name()
    {
        var invocation = await Invocation.Of("update_index", "--type=github", "local");

        Assert.Equal(("github", "local"), (invocation.UpdateIndex.Type, invocation.UpdateIndex.Name));
    }

    [Theory]
    [InlineData("--extra_index_ur=x", "unknown flag --extra_index_ur; did you mean --extra_index_url?")]
    [InlineData("--extra-index-ulr", "unknown flag --extra_index_ulr; did you mean --extra_index_url?")]
    [InlineData("--hots", "unknown flag --hots; did you mean --host?")]
    [InlineData("--proxy", "unknown flag --proxy; did you mean --trusted_proxy?")]
    [InlineData("--Port=80", "unknown flag --Port; did you mean --port?")]
    [InlineData("--port:80", "unknown flag --port:80; did you mean --port?")]
    [InlineData("-port=80", "unknown flag -port; did you mean --port?")]
    [InlineData("--thread=4", "unknown flag --thread; did you mean --threads?")]
    [InlineData("--qqqqqqqqqq", "unknown flag --qqqqqqqqqq")]
    [InlineData("-xyz", "unknown flag -xyz")]
    [InlineData("---", "unknown flag ---")]
    [InlineData("--=x", "unknown flag --")]
    public async Task An_unknown_flag_is_named_with_the_nearest_one(string flag, string complaint) =>
        Assert.Equal(complaint, (await Invocation.Of("server", "data", flag)).Complaint);

    [Fact]
    public async Task What_follows_two_hyphens_is_no_flag() =>
        Assert.Equal(Path.GetFullPath("--port"), (await Invocation.Of("server", "--", "--port")).Server.Root);
}
