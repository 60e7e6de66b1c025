using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Cli;

/// <summary>The flag --database, of the server and of the commands that use what servers share.</summary>
internal static partial class DatabaseFlag
{
    /// <summary>Its name.</summary>
    public const string Name = "--database";

    /// <summary>The environment variable that has its value where it is not given.</summary>
    public const string Variable = "PYWHARF_DATABASE";

    /// <summary>Creates the flag.</summary>
    /// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
    public static Option<string> Create(Func<string, string?> variable) => new(Name)
    {
        Arity = ArgumentArity.ExactlyOne,
        HelpName = "URL",
        Description = $"""
            The PostgreSQL database that servers share: postgresql://user:password@host:5432/name, with special characters
            percent-encoded, and hosts separated by commas. Other users of the machine can see it; the environment variable
            {Variable} is safer.
            Default: the value of {Variable}; without one, each server keeps its state in its folder.
            """,
        CustomParser = result => Check(result.Tokens.Single().Value, Name, result),
        DefaultValueFactory = result => Check(variable(Variable) ?? "", Variable, result),
    };

    /// <summary>The database; null for none.</summary>
    public static DatabaseUrl? Read(ParseResult parsed, Option<string> flag) =>
        DatabaseUrl.TryParse(parsed.GetRequiredValue(flag), out var url, out _) ? url : null;

    /// <summary>The passwords in a URL, as it has them and decoded; none where it can't be read.</summary>
    public static IEnumerable<string> PasswordsIn(string text)
    {
        if (UserInfo().Match(text) is not { Success: true } match)
        {
            return [];
        }

        var password = match.Groups[1].Value;

        return [password, Uri.UnescapeDataString(password)];
    }

    private static string Check(string text, string name, ArgumentResult result)
    {
        if (text.Length > 0 && !DatabaseUrl.TryParse(text, out _, out var problem))
        {
            result.AddError($"{name} {problem}");
        }

        return text;
    }

    [GeneratedRegex("^[^:]*://[^:]*:(.*)@")]
    private static partial Regex UserInfo();
}
