using System.CommandLine;
using PyWharf.Support;

namespace PyWharf.Unit.Api.Cli;

public sealed class HelpTextTests
{
    public static TheoryData<string> Commands => new(
        "server", "update_index", "yank", "unyank", "delete", "status", "explain", "token", "token new", "token list", "token revoke", "import", "quickstart", "github.init_pkg_repo", "github.gen_gh_pages", "verify", "check_config", "backup", "doctor", "health", "version");

    [Fact]
    public async Task The_help_of_the_program_is_the_approved_one()
    {
        var help = await Invocation.Of("--help");

        Snapshot.Match(help.Stdout, "pywharf.txt");
        Assert.Equal((0, "", null), (help.ExitCode, help.Stderr, help.Options));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task The_help_of_a_command_is_the_approved_one(string command)
    {
        var help = await Invocation.Of([.. command.Split(' '), "--help"]);

        Snapshot.Match(help.Stdout, $"{command.Replace(' ', '_')}.txt");
        Assert.Equal((0, "", null), (help.ExitCode, help.Stderr, help.Options));
    }

    [Theory]
    [InlineData("help", "server")]
    [InlineData("--help", "server")]
    [InlineData("server", "-h")]
    [InlineData("server", "data", "--no_such_flag", "-h")]
    [InlineData("server", "--config", "--help")]
    [InlineData("server", "--", "--help")]
    [InlineData("help", "--help", "server")]
    public async Task Help_is_given_wherever_it_is_asked_for(params string[] args)
    {
        var help = await Invocation.Of(args);

        Assert.Equal((0, "", null), (help.ExitCode, help.Stderr, help.Options));
        Assert.Equal((await Invocation.Of("server", "--help")).Stdout, help.Stdout);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("-h")]
    [InlineData("help", "-h")]
    [InlineData("help", "help")]
    public async Task Help_for_no_command_is_that_of_the_program(params string[] args) =>
        Assert.Equal((await Invocation.Of("--help")).Stdout, (await Invocation.Of(args)).Stdout);

    [Fact]
    public async Task Help_for_an_unknown_command_is_wrong_usage() =>
        Assert.Equal("unknown command severs; did you mean server?", (await Invocation.Of("help", "severs")).Complaint);

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_fits_into_100_columns(string name)
    {
        var help = (await Invocation.Of([.. name.Split(' '), "--help"])).Stdout;

        Assert.All(help.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        Assert.All(help.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
        Assert.All((await Invocation.Of("--help")).Stdout.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task The_command_of_a_back_end_has_the_same_help()
    {
        var command = new Command("back.end", $"""
            do something

            {string.Join(' ', Enumerable.Repeat("word", 40))}
            """)
        {
            new Option<string>("--name") { Description = string.Join(' ', Enumerable.Repeat("word", 40)) },
            new Option<bool>("--dry-run"),
        };

        var help = await Invocation.Run(new Dictionary<string, string>(), ["back.end", "--help"], _ => Task.FromResult(0), command);

        Snapshot.Match(help.Stdout, "back.end.txt");
    }
}
