namespace PyWharf.Unit.Api.Cli;

public sealed class TokenCommandsTests
{
    [Fact]
    public async Task A_new_token_has_what_its_flags_say()
    {
        var token = (await Invocation.Of(
            "token", "new", "team", "ci", "--permission=write", "--projects=a,b-*", "--reads", "*", "--expires=90d", "--networks=10.0.0.0/8,::1", "--print_config")).Token;

        Assert.Equal(("new", "team", "ci", true), (token.Command, token.Repository, token.Request.Name, token.PrintsConfig));
        Assert.Equal(("write", "90d"), (token.Request.Permission, token.Request.Expires));
        Assert.Equal(["a", "b-*"], token.Request.Projects!);
        Assert.Equal(["*"], token.Request.Reads!);
        Assert.Equal(["10.0.0.0/8", "::1"], token.Request.Networks!);
    }

    [Fact]
    public async Task Left_out_flags_leave_it_open()
    {
        var token = (await Invocation.Of("token", "new", "team", "ci")).Token;

        Assert.Equal(("read", null, false), (token.Request.Permission, token.Request.Expires, token.PrintsConfig));
        Assert.Null(token.Request.Projects);
        Assert.Null(token.Request.Reads);
        Assert.Null(token.Request.Networks);
    }

    [Fact]
    public async Task Lists_are_of_one_repository_or_of_all()
    {
        Assert.Null((await Invocation.Of("token", "list")).Token.Repository);
        Assert.Equal(("team", true), (await Invocation.Of("token", "list", "team", "--json")).Token is { Repository: var name, IsJson: var json } ? (name, json) : default);
        Assert.Equal(("team", "ci"), (await Invocation.Of("token", "revoke", "team", "ci")).Token is { Repository: var of, Request.Name: var what } ? (of, what) : default);
    }

    [Theory]
    [InlineData("after token comes one of new, list, revoke", "token")]
    [InlineData("after token comes one of new, list, revoke", "token", "make")]
    [InlineData("after token comes one of new, list, revoke", "token", "--json")]
    [InlineData("NAME is missing", "token", "new", "team")]
    [InlineData("REPOSITORY is missing", "token", "revoke")]
    [InlineData("too many arguments: token revoke takes REPOSITORY NAME", "token", "revoke", "a", "b", "c")]
    [InlineData("--permission must be read, write or admin", "token", "new", "team", "ci", "--permission=owner")]
    [InlineData("--projects must be names of projects or globs such as billing-*, separated by commas", "token", "new", "team", "ci", "--projects=a,,b")]
    [InlineData("--reads must be names of projects or globs such as billing-*, separated by commas", "token", "new", "team", "ci", "--reads=a/b")]
    [InlineData("--expires must be a date (2027-06-30), a date-time (2027-06-30T12:00:00Z) or a number of days (90d)", "token", "new", "team", "ci", "--expires=soon")]
    [InlineData("--networks must be networks such as 10.0.0.0/8 or 2001:db8::/32, or addresses, separated by commas", "token", "new", "team", "ci", "--networks=10.0.0/8")]
    [InlineData("--networks must be networks such as 10.0.0.0/8 or 2001:db8::/32, or addresses, separated by commas", "token", "new", "team", "ci", "--networks=10.0.0.1/8")]
    public async Task Wrong_usage_is_said_in_a_line(string complaint, params string[] args) => Assert.Equal(complaint, (await Invocation.Of(args)).Complaint);
}
