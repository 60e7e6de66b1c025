using System.Collections;
using System.CommandLine;

namespace PyWharf.Api.Cli;

/// <summary>
/// The command line from environment variables, for a start without arguments: <c>PYWHARF_COMMAND=server PYWHARF_COMMAND_ROOT=/data</c> is
/// <c>pywharf server --root=/data</c>. Names of variables are case-insensitive, as in the original.
/// </summary>
/// <remarks>
/// An empty value is a bare flag for a switch, and an empty text otherwise: <c>PYWHARF_COMMAND_EXTRA_INDEX_URL=</c> switches the extra index off. (In
/// the original it would be a bare flag, too, and so the text "True".)
/// </remarks>
internal static class EnvironmentArguments
{
    private const string Variable = "PYWHARF_COMMAND";

    /// <summary>The arguments; empty if the environment names no command.</summary>
    public static IReadOnlyList<string> Read(IDictionary environment, IEnumerable<Command> commands)
    {
        var variables = environment.Keys.Cast<string>()
            .Select(name => (Name: name, Value: environment[name] as string ?? ""))
            .OrderBy(variable => variable.Name, StringComparer.Ordinal)
            .ToList();
        var name = variables.Find(variable => variable.Name.Equals(Variable, StringComparison.OrdinalIgnoreCase)).Value;
        if (string.IsNullOrEmpty(name))
        {
            return [];
        }

        var command = commands.FirstOrDefault(command => command.Name == FlagSyntax.NormalName(name));
        return
        [
            name,
            .. from variable in variables
               where variable.Name.StartsWith(Variable + "_", StringComparison.OrdinalIgnoreCase)
               let flag = "--" + variable.Name[(Variable.Length + 1)..].ToLowerInvariant()
               let isBare = variable.Value.Length == 0 && command is not null
                   && FlagSyntax.Find(command, flag) is { } option && FlagSyntax.IsSwitch(option)
               select isBare ? flag : $"{flag}={variable.Value}",
        ];
    }
}
