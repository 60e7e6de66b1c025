using System.CommandLine;
using System.CommandLine.Parsing;

namespace PyWharf.Api.Cli;

/// <summary>The two flags for a secret, of which at most one may be given: its value, or the name of an environment variable.</summary>
/// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
/// <param name="description">Description of the secret for the help.</param>
/// <param name="what">Name of the secret in the flags.</param>
internal sealed class SecretFlags(Func<string, string?> variable, string description, string what = "secret")
{
    private readonly Option<string?> _secret = Flag.Text($"--{what}", what.ToUpperInvariant(), $"a {what} that is not empty", $"""
        {description} Other users of the machine can see it; --{what}_env is safer.
        """);

    private readonly Option<string?> _secretEnv = Flag.Text($"--{what}_env", "VARIABLE", "the name of an environment variable", $"""
        The environment variable that holds the {what}.
        """);

    public void AddTo(Command command)
    {
        command.Add(_secret);
        command.Add(_secretEnv);
        command.Validators.Add(Check);
    }

    /// <summary>Makes the secret required, except if the arguments make it dispensable.</summary>
    public void Require(Command command, Func<CommandResult, bool> isDispensable) => command.Validators.Add(given =>
    {
        if (!isDispensable(given) && !IsGiven(given, _secret) && !IsGiven(given, _secretEnv))
        {
            given.AddError($"{_secret.Name} or {_secretEnv.Name} is missing");
        }
    });

    /// <summary>The secret; null if none was given.</summary>
    public string? Read(ParseResult parsed) => parsed.GetValue(_secretEnv) is { } name ? variable(name) : parsed.GetValue(_secret);

    private void Check(CommandResult command)
    {
        if (command.GetResult(_secretEnv)?.Tokens is not [{ Value: { Length: > 0 } name }])
        {
            return;
        }

        if (IsGiven(command, _secret))
        {
            command.AddError($"{_secret.Name} and {_secretEnv.Name} exclude each other");
        }
        else if (string.IsNullOrEmpty(variable(name)))
        {
            command.AddError($"{_secretEnv.Name} names an environment variable that is not set");
        }
    }

    private static bool IsGiven(CommandResult command, Option option) => command.GetResult(option) is { Implicit: false };
}
