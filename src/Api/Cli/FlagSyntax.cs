using System.CommandLine;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Api.Cli;

/// <summary>
/// How flags are written: the rules of the original's parser, Python Fire
/// (https://github.com/google/python-fire/blob/master/docs/using-cli.md), where System.CommandLine has others. Arguments are read
/// by these rules, and handed to System.CommandLine in the one form that leaves it no choice, for it would take the unknown flag
/// of <c>server --hots 127.0.0.1 ROOT</c> as ROOT, and <c>--port</c> as the configuration in <c>--config --port 80</c>.
/// </summary>
internal static class FlagSyntax
{
    private static readonly string[] True = ["true", "t", "yes", "y", "on", "1"];
    private static readonly string[] False = ["false", "f", "no", "n", "off", "0"];

    /// <summary>
    /// The value of each flag and positional given, by its name (<c>--auth_read_expires</c>). What the command does not know is
    /// among them where the command allows it (<see cref="Command.TreatUnmatchedTokensAsErrors"/>). Throws <see cref="UsageException"/>.
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

    /// <summary>The same flags in the form that System.CommandLine reads in one way only.</summary>
    public static IReadOnlyList<string> ToArguments(Command command, IReadOnlyDictionary<string, string> flags) =>
        // An empty value must stand alone: "--x=" is a missing one to System.CommandLine.
        [.. flags.SelectMany(flag => flag.Value.Length == 0 && Find(command, flag.Key) is not null
            ? new[] { flag.Key, "" }
            : [$"{flag.Key}={flag.Value}"])];

    /// <summary>A value that begins with <c>-</c> is written <c>--flag=-value</c>; a lone <c>-</c> is a value.</summary>
    public static bool IsFlag(string argument) => argument.Length > 1 && argument[0] == '-';

    /// <summary><c>a-b</c> and <c>a_b</c> are one name.</summary>
    public static string NormalName(string name)
    {
        var bare = name.TrimStart('-');
        return name[..(name.Length - bare.Length)] + bare.Replace('-', '_');
    }

    /// <summary>The command's own flag or positional of that normal name.</summary>
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

    /// <summary>A switch leaves the next argument alone unless it says true or false: <c>server --debug ROOT</c>.</summary>
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
                $"too many arguments: {command.Name} takes {(names.Length == 0 ? "flags only" : names)}{string.Concat(twice)}", command);
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
        var nearest = Nearest.To(name.TrimStart('-'), command.Options.Select(option => option.Name.TrimStart('-')));
        return new UsageException(
            nearest is null ? $"unknown flag {name}" : $"unknown flag {name}; did you mean --{nearest}?", command);
    }
}
