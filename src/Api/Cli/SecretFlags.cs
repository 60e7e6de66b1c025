using System.CommandLine;
using System.CommandLine.Parsing;

namespace PyWharf.Api.Cli;

/// <summary>The two ways to hand a secret to a command; at most one of them is used.</summary>
/// <param name="variable">The value of an environment variable; null where there is none of that name.</param>
/// <param name="description">What the secret is, as the help says it.</param>
/// <param name="what">What the flags call it.</param>
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

    /// <summary>Makes it wrong usage to give none, unless the command can do without this time.</summary>
    public void Require(Command command, Func<CommandResult, bool> isDispensable) => command.Validators.Add(given =>
    {
        if (!isDispensable(given) && !IsGiven(given, _secret) && !IsGiven(given, _secretEnv))
        {
            given.AddError($"{_secret.Name} or {_secretEnv.Name} is missing");
        }
    });

    /// <summary>The secret; null where none was given.</summary>
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
