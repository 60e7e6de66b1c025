using System.Collections;
using System.CommandLine;
using PyWharf.Api.Cli;
using PyWharf.Api.Commands;
using PyWharf.Api.Hosting;

namespace PyWharf.Unit.Api.Cli;

/// <summary>A run of the command line, whose commands record their options.</summary>
/// <param name="Options">The options of the command; null if none ran.</param>
internal sealed record Invocation(int ExitCode, string Stdout, string Stderr, object? Options)
{
    /// <summary>The version of the program.</summary>
    public const string Version = "1.2.3";

    public ServerOptions Server => Assert.IsType<ServerOptions>(Options);

    public UpdateIndexOptions UpdateIndex => Assert.IsType<UpdateIndexOptions>(Options);

    public ManagementOptions Management => Assert.IsType<ManagementOptions>(Options);

    public TokenOptions Token => Assert.IsType<TokenOptions>(Options);

    public ImportOptions Import => Assert.IsType<ImportOptions>(Options);

    public DoctorOptions Doctor => Assert.IsType<DoctorOptions>(Options);

    public QuickstartOptions Quickstart => Assert.IsType<QuickstartOptions>(Options);

    /// <summary>The line on stderr that says what is wrong with the usage, without the program's name.</summary>
    public string Complaint
    {
        get
        {
            Assert.Equal(2, ExitCode);
            Assert.Null(Options);
            Assert.Empty(Stdout);
            var lines = Stderr.Split('\n');
            Assert.Equal(3, lines.Length);
            Assert.StartsWith("pywharf: ", lines[0], StringComparison.Ordinal);
            Assert.StartsWith("Try: pywharf ", lines[1], StringComparison.Ordinal);
            return lines[0]["pywharf: ".Length..];
        }
    }

    public static Task<Invocation> Of(params string[] args) => With([], args);

    public static Task<Invocation> With(Dictionary<string, string> environment, params string[] args) =>
        Run(environment, args, _ => Task.FromResult(0));

    public static Task<Invocation> Run(IDictionary environment, string[] args, Func<CancellationToken, Task<int>> run, params Command[] more) =>
        Run(environment, args, run, CancellationToken.None, more);

    /// <summary>The same for a command that is interrupted where the token is cancelled.</summary>
    public static async Task<Invocation> Run(
        IDictionary environment, string[] args, Func<CancellationToken, Task<int>> run, CancellationToken interruption, params Command[] more)
    {
        object? options = null;
        using var stdout = new StringWriter { NewLine = "\n" };
        using var stderr = new StringWriter { NewLine = "\n" };
        Command[] commands =
        [
            new ServerCommand(name => environment[name] as string, Note),
            new UpdateIndexCommand(name => environment[name] as string, Note),
            .. ManagementCommand.All(name => environment[name] as string, Note),
            new ExplainCommand(name => environment[name] as string, Note),
            new TokenCommands(name => environment[name] as string, Note),
            new ImportCommand(name => environment[name] as string, Note),
            new QuickstartCommand(Note),
            new InitPkgRepoCommand(Version, name => environment[name] as string, Note),
            new GenGhPagesCommand(name => environment[name] as string, Note),
            new VerifyCommand(name => environment[name] as string, Note),
            new DoctorCommand(name => environment[name] as string, Note),
            new CheckConfigCommand(Note),
            new BackupCommand(Note),
            new HealthCommand(Note),
            new VersionCommand(Version),
            .. more,
        ];

        var exitCode = await CommandLine.RunAsync(commands, args, environment, stdout, stderr, interruption);

        return new Invocation(exitCode, stdout.ToString(), stderr.ToString(), options);

        Task<int> Note(object asked, CancellationToken cancellationToken)
        {
            options = asked;
            return run(cancellationToken);
        }
    }
}
