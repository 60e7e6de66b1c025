using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Api.Cli;

/// <summary>Parses the text of a flag; false if it is invalid.</summary>
internal delegate bool FlagParser<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>
/// Creates flags with validation. Error messages say what is expected, and never repeat the value, which may be a secret.
/// </summary>
internal static class Flag
{
    /// <summary>A flag that is false unless given.</summary>
    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    /// <summary>Text that is not empty; null unless given.</summary>
    public static Option<string?> Text(string name, string placeholder, string expected, string description) =>
        Of<string?>(name, placeholder, null, FlagParsers.Text, expected, description);

    /// <summary>A value that <paramref name="parse"/> understands, or <paramref name="fallback"/> unless given.</summary>
    public static Option<T> Of<T>(
        string name, string placeholder, T fallback, FlagParser<T> parse, string expected, string description)
    {
        var option = new Option<T>(name)
        {
            Arity = ArgumentArity.ExactlyOne,
            HelpName = placeholder,
            Description = description,
            DefaultValueFactory = _ => fallback,
        };
        ReadBy(option, parse, expected);
        return option;
    }

    public static void ReadBy<T>(Option<T> option, FlagParser<T> parse, string expected) =>
        option.CustomParser = result =>
        {
            if (parse(result.Tokens.Single().Value, out var value))
            {
                return value;
            }

            result.AddError($"{option.Name} must be {expected}");
            return default;
        };

    public static Option<string> Host(string fallback) => Of<string>(
        "--host", "ADDRESS", fallback, FlagParsers.Host, "an IP address, a host name or *", $"""
        The interface to listen on: an IP address, a host name, or * for all.
        Default: {fallback}.
        """);

    public static Option<int> Port(int fallback) => Of<int>(
        "--port", "NUMBER", fallback, FlagParsers.Port, "a whole number from 0 to 65535", $"""
        The TCP port to listen on; 0 takes any free one.
        Default: {fallback}.
        """);

    /// <summary>The flag --extra_index_url; <see cref="FlagParsers.NoUrl"/> for none.</summary>
    public static Option<Uri> ExtraIndexUrl(Uri? fallback) => Of<Uri>(
        "--extra_index_url", "URL", fallback ?? FlagParsers.NoUrl, FlagParsers.IndexUrl, "an absolute http or https URL, or empty", $"""
        The index that answers for projects which a repository does not have, unless their names are reserved, or the
        repository has an upstream index of its own in the configuration;
        empty (--extra_index_url=) for none, as where it can't be reached anyway.
        Default: {fallback}.
        """);

    /// <summary>The flag --config of commands that work on a server's root folder.</summary>
    public static Option<string?> CommandConfig() => Text("--config", "FILE", "a path", """
        The server's configuration.
        Default: that of the server which started last on its folder, or else config.toml in there.
        """);

    /// <summary>The flag --json of commands whose result a script may read.</summary>
    public static Option<bool> Json() => Switch("--json", """
        Print one JSON document instead of lines.
        Default: False.
        """);

    public static Option<bool> Debug() => Switch("--debug", """
        Say more in the log, and show the stack trace of a failure.
        Default: False.
        """);
}
