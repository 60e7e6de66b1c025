using System.Collections;
using System.CommandLine;
using PyWharf.Api.Commands;
using PyWharf.Api.Hosting;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Api.Cli;

/// <summary>The program <c>pywharf</c>: finds the command, parses its flags, runs it, and reports errors.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 130;
    private const string Help = "help";

    // FlagSyntax produces one unambiguous form, so no other syntax is needed.
    private static readonly ParserConfiguration Parser = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>Runs the commands of this build. Returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 or 143 interrupted.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, IDictionary environment, TextWriter stdout, TextWriter stderr)
    {
        Command[] commands =
        [
            new ServerCommand(name => environment[name] as string, ServerHost.RunAsync),
            new UpdateIndexCommand(name => environment[name] as string, UpdateIndexRun.RunAsync),
            .. ManagementCommand.All(name => environment[name] as string, ManagementRun.RunAsync),
            new ExplainCommand(name => environment[name] as string, ExplainRun.RunAsync),
            new TokenCommands(name => environment[name] as string, TokenRun.RunAsync),
            new ImportCommand(name => environment[name] as string, ImportRun.RunAsync),
            new QuickstartCommand(QuickstartRun.RunAsync),
            new InitPkgRepoCommand(ProgramVersion.Number, name => environment[name] as string, InitPkgRepoRun.RunAsync),
            new GenGhPagesCommand(name => environment[name] as string, GenGhPagesRun.RunAsync),
            new VerifyCommand(name => environment[name] as string, VerifyRun.RunAsync),
            new DoctorCommand(name => environment[name] as string, DoctorRun.RunAsync),
            new CheckConfigCommand(CheckConfigRun.RunAsync),
            new BackupCommand(BackupRun.RunAsync),
            new HealthCommand(HealthRun.RunAsync),
            new VersionCommand(ProgramVersion.Number),
        ];
        using var signals = new TerminationSignals();
        var exitCode = await RunAsync(commands, args, environment, stdout, stderr, signals.Token);

        return exitCode == Interrupted ? signals.ExitCode : exitCode;
    }

    /// <summary>The same for the given commands.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<Command> commands,
        IReadOnlyList<string> args,
        IDictionary environment,
        TextWriter stdout,
        TextWriter stderr,
        CancellationToken cancellationToken)
    {
        var redaction = new Redaction([]);
        var isDebug = false;
        try
        {
            args = args.Count > 0 ? args : EnvironmentArguments.Read(environment, commands);
            if (args.Count == 0)
            {
                await stderr.WriteAsync(HelpText.OfProgram(commands));
                return WrongUsage;
            }

            args = args is ["--version"] ? [VersionCommand.CommandName] : args;

            if (AsksForHelp(args))
            {
                var topic = args.Skip(args[0] == Help ? 1 : 0).Where(arg => !FlagSyntax.IsFlag(arg) && arg != "--").ToList();
                await stdout.WriteAsync(topic is [] or [Help, ..] ? HelpText.OfProgram(commands) : HelpText.Of(FindTopic(commands, topic)));
                return 0;
            }

            var command = Find(commands, args[0]);
            args = [.. args.Skip(1)];
            if (command.Subcommands.Count > 0)
            {
                command = args is [] ? throw MissingSubcommand(command) : Find(command, args[0]);
                args = [.. args.Skip(1)];
            }

            var flags = FlagSyntax.Read(command, args);
            redaction = new Redaction(flags.Append(new(DatabaseFlag.Variable, environment[DatabaseFlag.Variable] as string ?? "")));
            isDebug = flags.GetValueOrDefault("--debug") == "true";
            var parsed = Parse(command, flags);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = stdout,
                    Error = stderr,
                },
                cancellationToken);
        }
        catch (UsageException wrong)
        {
            await stderr.WriteLineAsync(ErrorLine(wrong.Message));
            await stderr.WriteLineAsync(wrong.Command is null ? "Try: pywharf --help" : $"Try: pywharf {HelpText.NameOf(wrong.Command)} --help");
            return WrongUsage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await stderr.WriteLineAsync(ErrorLine("stopped before it was done"));
            return Interrupted;
        }
        catch (Exception failure)
        {
            await stderr.WriteLineAsync(isDebug
                ? redaction.Apply(failure.ToString())
                : ErrorLine(redaction.Apply(failure.Message)));
            return Failed;
        }
    }

    /// <summary>Whether help is requested, anywhere in the arguments: <c>--help</c> can't be a value. Python Fire expects it after a lone <c>--</c>.</summary>
    private static bool AsksForHelp(IReadOnlyList<string> args) => args[0] == Help || args.Any(arg => arg is "--help" or "-h");

    private static Command Find(IReadOnlyList<Command> commands, string name)
    {
        if (FlagSyntax.IsFlag(name))
        {
            throw new UsageException("the command comes first, before any flag");
        }

        if (commands.FirstOrDefault(command => command.Name == FlagSyntax.NormalName(name)) is { } found)
        {
            return found;
        }

        var nearest = ClosestName.To(name, commands.Select(command => command.Name));
        throw new UsageException(nearest is null ? $"unknown command {name}" : $"unknown command {name}; did you mean {nearest}?");
    }

    private static Command Find(Command group, string name) =>
        group.Subcommands.FirstOrDefault(command => command.Name == FlagSyntax.NormalName(name)) ?? throw MissingSubcommand(group);

    /// <summary>The command that help is asked for; a group where it is asked for that as a whole.</summary>
    private static Command FindTopic(IReadOnlyList<Command> commands, List<string> words)
    {
        var found = Find(commands, words[0]);

        return found.Subcommands.Count > 0 && words.Count > 1 ? Find(found, words[1]) : found;
    }

    private static UsageException MissingSubcommand(Command group) =>
        new($"after {group.Name} comes one of {string.Join(", ", group.Subcommands.Select(command => command.Name))}", group);

    private static ParseResult Parse(Command command, OrderedDictionary<string, string> flags)
    {
        // With the command name first: System.CommandLine would drop a first argument that ends like the command, such as --root=/srv/server,
        // as the path of the program.
        var parsed = command.Parse([command.Name, .. FlagSyntax.ToArguments(command, flags)], Parser);
        return parsed.Errors is [var error, ..] ? throw new UsageException(error.Message, command) : parsed;
    }

    /// <summary>Formats an error as one line without control characters; the message may quote input.</summary>
    private static string ErrorLine(string message) =>
        "pywharf: " + string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));
}
