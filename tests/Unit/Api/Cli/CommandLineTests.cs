using System.CommandLine;
using PyWharf.Api.Cli;

namespace PyWharf.Unit.Api.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    public async Task The_version_is_printed_on_request(string asked)
    {
        var invocation = await Invocation.Of(asked);

        Assert.Equal($"pywharf {Invocation.Version}\n", invocation.Stdout);
        Assert.Equal((0, ""), (invocation.ExitCode, invocation.Stderr));
    }

    [Theory]
    [InlineData("unknown command servr; did you mean server?", "servr", "data")]
    [InlineData("unknown command updateindex; did you mean update_index?", "updateindex")]
    [InlineData("unknown command Server; did you mean server?", "Server")]
    [InlineData("unknown command wxyz", "wxyz")]
    [InlineData("unknown command ", "")]
    [InlineData("unknown command two lines?", "two\nlines\u001b")]
    [InlineData("the command comes first, before any flag", "--port=80", "server")]
    [InlineData("the command comes first, before any flag", "-x")]
    [InlineData("the command comes first, before any flag", "--", "server")]
    public async Task An_unknown_command_is_named_with_the_nearest_one(string complaint, params string[] args)
    {
        var invocation = await Invocation.Of(args);

        Assert.Equal(complaint, invocation.Complaint);
        Assert.EndsWith("\nTry: pywharf --help\n", invocation.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task The_exit_code_is_that_of_the_command(int exitCode) =>
        Assert.Equal(exitCode, (await Run(() => exitCode, "server", "data")).ExitCode);

    [Fact]
    public async Task A_failure_is_one_line_without_stack_trace()
    {
        var invocation = await Run(() => throw new IOException("The disk\r\nis full."), "server", "data");

        Assert.Equal((1, "", "pywharf: The disk is full.\n"), (invocation.ExitCode, invocation.Stdout, invocation.Stderr));
    }

    [Theory]
    [InlineData("server", "data", "--debug")]
    [InlineData("server", "data", "--debug", "True")]
    [InlineData("update_index", "a", "b", "--debug")]
    [InlineData("quickstart", "--debug")]
    public async Task A_failure_has_a_stack_trace_with_debug(params string[] args)
    {
        var invocation = await Run(() => throw new IOException("The disk is full."), args);

        Assert.Equal(1, invocation.ExitCode);
        Assert.Contains("System.IO.IOException: The disk is full.", invocation.Stderr, StringComparison.Ordinal);
        Assert.Contains("   at ", invocation.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_command_says_so_in_one_line()
    {
        var invocation = await Invocation.Run(
            new Dictionary<string, string>(),
            ["update_index", "a", "b", "--debug"],
            token => Task.FromCanceled<int>(token),
            new CancellationToken(canceled: true));

        Assert.Equal((130, "pywharf: stopped before it was done\n"), (invocation.ExitCode, invocation.Stderr));
    }

    [Fact]
    public async Task A_command_that_gives_up_by_itself_was_not_interrupted()
    {
        var invocation = await Run(() => throw new TaskCanceledException("No answer within 100 seconds."), "update_index", "a", "b");

        Assert.Equal((1, "pywharf: No answer within 100 seconds.\n"), (invocation.ExitCode, invocation.Stderr));
    }

    [Theory]
    [InlineData("update_index", "a", "b", "--secret=hunter2")]
    [InlineData("update_index", "a", "b", "--write_secret", "hunter2")]
    [InlineData("update_index", "a", "b", "--api-token=hunter2")]
    [InlineData("server", "data", "--host=h", "--admin_secret=x=hunter2")]
    [InlineData("server", "data", "--host=h", "--config=x=hunter2")]
    public async Task A_secret_of_the_command_line_is_not_in_the_message_of_a_failure(params string[] args)
    {
        var plain = await Run(() => throw new IOException($"no file {args[^1]}"), args);
        var traced = await Run(() => throw new IOException($"no file {args[^1]}"), [.. args, "--debug"]);

        Assert.Contains("***", plain.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", plain.Stderr, StringComparison.Ordinal);
        Assert.Contains("***", traced.Stderr, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", traced.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_stays_in_the_message_of_a_failure() =>
        Assert.Equal(
            "pywharf: no file secrets.toml\n",
            (await Run(() => throw new IOException("no file secrets.toml"), "server", "data", "--admin_secret=secrets.toml")).Stderr);

    public static TheoryData<string[]> WithSecrets => new(
        ["update_index", "a", "b", "--secret", "hunter2", "hunter2"],
        ["update_index", "a", "b", "--secret=hunter2", "--secret_env=hunter2"],
        ["update_index", "a", "b", "--secret_env=hunter2"],
        ["update_index", "a", "b", "--secret=hunter2", "--secret=hunter2"],
        ["update_index", "a", "--secret=hunter2"],
        ["update_index", "a", "b", "--secret", "-hunter2"],
        ["server", "data", "--admin_secrt=hunter2"],
        ["server", "data", "--admin_secret", "a", "hunter2"],
        ["server", "data", "--debug=hunter2"],
        ["server", "data", "--port=hunter2"],
        ["server", "data", "--extra_index_url=ftp://u:hunter2@host/"]);

    [Theory]
    [MemberData(nameof(WithSecrets))]
    public async Task No_complaint_repeats_a_value(string[] args) =>
        Assert.DoesNotContain("hunter2", (await Invocation.Of(args)).Complaint, StringComparison.Ordinal);

    [Fact]
    public async Task A_back_end_brings_its_own_commands()
    {
        var name = new Option<string>("--name") { Required = true };
        var isDry = new Option<bool>("--dry-run");
        var command = new Command("back.init_repo", "make a repository") { name, isDry };
        command.SetAction((parsed, _) => Task.FromResult(parsed is { } p && p.GetValue(name) == "-x" && p.GetValue(isDry) ? 0 : 1));

        var done = await With(command, "back.init_repo", "--dry_run", "--name=-x");
        var missing = await With(command, "back.init-repo");
        var surplus = await With(command, "back.init_repo", "--name=a", "b");
        var misspelt = await With(command, "init_repo");

        Assert.Equal((0, ""), (done.ExitCode, done.Stderr));
        Assert.Equal("--name is missing", missing.Complaint);
        Assert.Equal("too many arguments: back.init_repo takes flags only", surplus.Complaint);
        Assert.Equal("unknown command init_repo; did you mean back.init_repo?", misspelt.Complaint);
    }

    [Fact]
    public async Task The_commands_of_this_build_run()
    {
        using var stdout = new StringWriter();

        Assert.Equal(0, await CommandLine.RunAsync(["help", "server"], new Dictionary<string, string>(), stdout, TextWriter.Null));
        Assert.StartsWith("pywharf server: ", stdout.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_of_this_build_is_a_version()
    {
        using var stdout = new StringWriter { NewLine = "\n" };

        Assert.Equal(0, await CommandLine.RunAsync(["version"], new Dictionary<string, string>(), stdout, TextWriter.Null));
        Assert.Matches(@"\Apywharf \d+\.\d+\.\d+\n\z", stdout.ToString());
    }

    private static Task<Invocation> Run(Func<int> run, params string[] args) =>
        Invocation.Run(new Dictionary<string, string>(), args, async _ =>
        {
            await Task.Yield();
            return run();
        });

    private static Task<Invocation> With(Command command, params string[] args) =>
        Invocation.Run(new Dictionary<string, string>(), args, _ => Task.FromResult(0), command);
}
