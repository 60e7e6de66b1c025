using System.CommandLine;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Api.Cli;

/// <summary>
/// Parses arguments by the rules of the original's parser, Python Fire
/// (https://github.com/google/python-fire/blob/master/docs/using-cli.md), and passes them to System.CommandLine in an unambiguous form. By its own
/// rules, System.CommandLine would take the unknown flag of <c>server --hots 127.0.0.1 ROOT</c> as ROOT, and <c>--port</c> as the configuration in
/// <c>--config --port 80</c>.
/// </summary>
internal static class FlagSyntax
{
    private static readonly string[] True = ["true", "t", "yes", "y", "on", "1"];
    private static readonly string[] False = ["false", "f", "no", "n", "off", "0"];

    /// <summary>
    /// The values of the given flags and positionals by name (<c>--auth_read_expires</c>). Includes unknown flags if the command allows them
    /// (<see cref="Command.TreatUnmatchedTokensAsErrors"/>). Throws <see cref="UsageException"/>.
    /// </summary>
    public static OrderedDictionary<string, string> Read(Command command, IReadOnlyList<string> arguments)
    {
        var flags = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var places = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                places.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (!IsFlag(arguments[i]))
            {
                places.Add(arguments[i]);
                continue;
            }

            var (name, value) = Split(arguments[i]);
            var option = Find(command, name);
            if (option is null && !IsFree(command, name))
            {
                throw Unknown(command, name);
            }

            if (value is null && i + 1 < arguments.Count && TakesNext(option, arguments[i + 1]))
            {
                value = arguments[++i];
            }

            value = option is null ? value ?? "true" : ValueOf(command, option, value);
            if (!flags.TryAdd(option?.Name ?? name, value))
            {
                throw new UsageException($"{name} is given twice", command);
            }
        }

        FillPlaces(command, flags, places);
        return flags;
    }

    /// <summary>Formats the flags for System.CommandLine, unambiguously.</summary>
    public static IReadOnlyList<string> ToArguments(Command command, IReadOnlyDictionary<string, string> flags) =>
        // An empty value must be an argument of its own: System.CommandLine takes "--x=" as a missing value.
        [.. flags.SelectMany(flag => flag.Value.Length == 0 && Find(command, flag.Key) is not null
            ? new[] { flag.Key, "" }
            : [$"{flag.Key}={flag.Value}"])];

    /// <summary>Whether an argument is a flag. A value that starts with <c>-</c> is written <c>--flag=-value</c>; a lone <c>-</c> is a value.</summary>
    public static bool IsFlag(string argument) => argument.Length > 1 && argument[0] == '-';

    /// <summary>Normalises a name: <c>a-b</c> and <c>a_b</c> are the same.</summary>
    public static string NormalName(string name)
    {
        var bare = name.TrimStart('-');
        return name[..(name.Length - bare.Length)] + bare.Replace('-', '_');
    }

    /// <summary>The flag or positional with that normalised name; null if there is none.</summary>
    public static Option? Find(Command command, string name) =>
        command.Options.FirstOrDefault(option => NormalName(option.Name) == name);

    public static bool IsSwitch(Option option) => option.ValueType == typeof(bool);

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (NormalName(argument), null) : (NormalName(argument[..equals]), argument[(equals + 1)..]);
    }

    private static bool IsFree(Command command, string name) =>
        !command.TreatUnmatchedTokensAsErrors
        && name.Length > 2
        && name.StartsWith("--", StringComparison.Ordinal)
        && name.Skip(2).All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>Whether the next argument is the value. For a switch only if it is true or false: <c>server --debug ROOT</c>.</summary>
    private static bool TakesNext(Option? option, string next) =>
        !IsFlag(next) && (option is null || !IsSwitch(option) || bool.TryParse(next, out _));

    private static string ValueOf(Command command, Option option, string? value)
    {
        if (!IsSwitch(option))
        {
            return value ?? throw new UsageException(
                $"{option.Name} needs a value (one that begins with - is written {option.Name}=VALUE)", command);
        }

        if (value is null || True.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            return "true";
        }

        return False.Contains(value, StringComparer.OrdinalIgnoreCase)
            ? "false"
            : throw new UsageException($"{option.Name} must be True or False", command);
    }

    private static void FillPlaces(Command command, OrderedDictionary<string, string> flags, List<string> places)
    {
        var positionals = command.Options.OfType<Positional>().ToList();
        var open = positionals.Where(positional => !flags.ContainsKey(positional.Name)).ToList();
        if (places.Count > open.Count)
        {
            var names = string.Join(' ', positionals.Select(positional => positional.HelpName));
            var twice = positionals.Except(open).Select(positional => $", and {positional.Name} is given already");
            throw new UsageException(
                $"too many arguments: {HelpText.NameOf(command)} takes {(names.Length == 0 ? "flags only" : names)}{string.Concat(twice)}", command);
        }

        foreach (var (positional, value) in open.Zip(places))
        {
            flags.Add(positional.Name, value);
        }

        if (command.Options.FirstOrDefault(option => option.Required && !flags.ContainsKey(option.Name)) is { } missing)
        {
            throw new UsageException($"{(missing as Positional)?.HelpName ?? missing.Name} is missing", command);
        }
    }

    private static UsageException Unknown(Command command, string name)
    {
        var nearest = ClosestName.To(name.TrimStart('-'), command.Options.Select(option => option.Name.TrimStart('-')));
        return new UsageException(
            nearest is null ? $"unknown flag {name}" : $"unknown flag {name}; did you mean --{nearest}?", command);
    }
}
