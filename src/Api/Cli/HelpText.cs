using System.CommandLine;
using System.Text;

namespace PyWharf.Api.Cli;

/// <summary>
/// The help of the program and of commands, in lines of 100 columns at most. The first line of a command's description is its summary; the rest is
/// printed below the flags.
/// </summary>
internal static class HelpText
{
    private const int Columns = 100;

    private const string ExitCodes = """
        Exit codes:
          0  done
          1  failed; one line on stderr says why
          2  wrong usage; one line on stderr says what
          130, 143  interrupted by Ctrl-C, or by SIGTERM; the server says 0 then
        """;

    /// <summary>The words that call a command: those of its group before its own.</summary>
    public static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } group ? $"{NameOf(group)} {command.Name}" : command.Name;

    public static string Of(Command command)
    {
        var positionals = command.Options.OfType<Positional>().ToList();
        var text = new StringBuilder();
        Line(text, $"pywharf {NameOf(command)}: {Summary(command)}");
        Line(text);
        Line(text, "Usage:");
        if (command.Subcommands.Count > 0)
        {
            Line(text, $"  pywharf {command.Name} COMMAND [arguments] [flags]");
            Line(text);
            Line(text, "Commands:");
            text.Append(ListOf(command.Subcommands)).Append('\n');
            Paragraphs(text, "", (command.Description ?? "").ReplaceLineEndings("\n").Split('\n').Skip(1));
            Line(text);
            return text.Append(ExitCodes).Append('\n').ToString();
        }

        Line(text, $"  pywharf {NameOf(command)} {string.Concat(positionals.Select(p => (p.Required ? p.HelpName : $"[{p.HelpName}]") + " "))}[flags]");
        Section(text, "Positional arguments (each also as a flag):", positionals, option => $"{option.HelpName} or {Usage(option)}");
        Section(text, "Flags:", command.Options.Except(positionals).Where(option => !option.Hidden), Usage);
        Paragraphs(text, "", (command.Description ?? "").ReplaceLineEndings("\n").Split('\n').Skip(1));
        Line(text);
        return text.Append(ExitCodes).Append('\n').ToString();
    }

    public static string OfProgram(IReadOnlyList<Command> commands)
    {
        return $"""
            pywharf: a private PyPI server that keeps packages in storage you already trust

            Usage:
              pywharf COMMAND [arguments] [flags]
              pywharf help COMMAND, or pywharf COMMAND --help

            Commands:
            {ListOf([.. commands.SelectMany(command => command.Subcommands is [_, ..] subcommands ? subcommands : [command])])}

            Start here:
              pywharf quickstart

            Flags:
              --auth_read_expires 60, --auth_read_expires=60 and --auth-read-expires=60 are the same.
              --debug is --debug=True. A value that begins with - is written --flag=-value.
              Flags stand before or after the arguments, each once; what follows a lone -- is no flag.

            Environment:
              Without any argument the command line is taken from the environment: PYWHARF_COMMAND=server
              PYWHARF_COMMAND_ROOT=/data PYWHARF_COMMAND_PORT=80 is pywharf server --root=/data --port=80.
              An empty variable is a switch that is on (PYWHARF_COMMAND_DEBUG=), or else an empty value
              (PYWHARF_COMMAND_EXTRA_INDEX_URL=).

            {ExitCodes}

            """;
    }

    private static string ListOf(IList<Command> commands)
    {
        var width = commands.Max(command => NameOf(command).Length);

        return string.Join('\n', commands.Select(command => $"  {NameOf(command).PadRight(width)}  {Summary(command)}"));
    }

    private static string Summary(Command command) => (command.Description ?? "").Split('\n')[0].TrimEnd('\r');

    private static string Usage(Option option) =>
        FlagSyntax.IsSwitch(option) ? option.Name : $"{option.Name}={option.HelpName ?? "VALUE"}";

    private static void Section(StringBuilder text, string title, IEnumerable<Option> options, Func<Option, string> usage)
    {
        var listed = options.ToList();
        if (listed.Count == 0)
        {
            return;
        }

        Line(text);
        Line(text, title);
        foreach (var option in listed)
        {
            Line(text, "  " + usage(option));
            Paragraphs(text, "      ", option.Description?.ReplaceLineEndings("\n").Split('\n') ?? []);
        }
    }

    /// <summary>Wraps paragraphs; indented lines, empty lines and lines with a default are kept separate.</summary>
    private static void Paragraphs(StringBuilder text, string indent, IEnumerable<string> lines)
    {
        var paragraph = "";
        foreach (var line in lines)
        {
            var continues = paragraph.Length > 0 && !paragraph.StartsWith(' ') && line.Length > 0 && line[0] != ' '
                && !line.StartsWith("Default:", StringComparison.Ordinal);
            if (!continues && paragraph.Length > 0)
            {
                Line(text, indent + paragraph);
            }

            paragraph = continues ? $"{paragraph} {line}" : line;
            if (line.Length == 0)
            {
                Line(text);
            }
        }

        if (paragraph.Length > 0)
        {
            Line(text, indent + paragraph);
        }
    }

    /// <summary>Adds a line, wrapped between words with the indentation of the line.</summary>
    private static void Line(StringBuilder text, string line = "")
    {
        var indent = line[..(line.Length - line.TrimStart().Length)];
        while (line.Length > Columns && line.LastIndexOf(' ', Columns, Columns - indent.Length) is var space and > 0)
        {
            text.Append(line.AsSpan(0, space).TrimEnd()).Append('\n');
            line = indent + line[(space + 1)..];
        }

        text.Append(line.TrimEnd()).Append('\n');
    }
}
