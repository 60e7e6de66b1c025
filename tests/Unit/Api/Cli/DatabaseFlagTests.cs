using PyWharf.Api.Cli;

namespace PyWharf.Unit.Api.Cli;

public sealed class DatabaseFlagTests
{
    private const string Url = "postgresql://wharf:hunt%40er2@db/packages";

    public static TheoryData<string> Commands => new("server data", "update_index file_system team", "yank team demo 1", "import team folder", "token list", "verify data");

    [Fact]
    public async Task It_goes_before_its_environment_variable()
    {
        var environment = new Dictionary<string, string> { [DatabaseFlag.Variable] = "postgresql://wharf@other/packages" };

        Assert.Equal("postgresql://wharf@db/packages", (await Invocation.With(environment, "server", "data", $"--database={Url}")).Server.Database?.ToString());
        Assert.Equal("postgresql://wharf@other/packages", (await Invocation.With(environment, "server", "data")).Server.Database?.ToString());
        Assert.Null((await Invocation.With(environment, "server", "data", "--database=")).Server.Database);
        Assert.Null((await Invocation.Of("server", "data")).Server.Database);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_that_uses_shared_state_has_it(string command)
    {
        var invocation = await Invocation.Of([.. command.Split(' '), $"--database={Url}"]);

        Assert.Equal(("", 0), (invocation.Stderr, invocation.ExitCode));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_wrong_one_is_wrong_usage_wherever_it_comes_from(string command)
    {
        var flag = await Invocation.Of([.. command.Split(' '), "--database=postgresql://wharf:hunter2@db:x/packages"]);
        var variable = await Invocation.With(new() { [DatabaseFlag.Variable] = "postgresql://wharf:hunter2@db" }, command.Split(' '));

        Assert.Equal("--database has a port that is no number from 1 to 65535", flag.Complaint);
        Assert.StartsWith("PYWHARF_DATABASE must be postgresql://user:password@host:port/name", variable.Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_does_not_show_its_password()
    {
        var fails = new[] { "server", "data", $"--database={Url}" };
        var variable = new Dictionary<string, string> { [DatabaseFlag.Variable] = Url };

        Assert.Equal("pywharf: Password=***;\n", (await Invocation.Run(new Dictionary<string, string>(), fails, Fail)).Stderr);
        Assert.Equal("pywharf: Password=***;\n", (await Invocation.Run(variable, ["server", "data"], Fail)).Stderr);
        Assert.DoesNotContain("er2", (await Invocation.Of(fails)).Server.ToString(), StringComparison.Ordinal);

        static Task<int> Fail(CancellationToken cancellationToken) => throw new InvalidOperationException("Password=hunt@er2;");
    }
}
