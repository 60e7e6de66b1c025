using System.CommandLine;
using System.CommandLine.Parsing;

namespace PyWharf.Api.Cli;

/// <summary>The two ways to hand a secret to a command; at most one of them is used.</summary>
/// <param name="variable">The value of an environment variable; null where there is none of that name.</param>
/// <param name="description">What the secret is, as the help says it.</param>
internal sealed class SecretFlags(Func<string, string?> variable, string description)
{
    private readonly Option<string?> _secret = Flag.Text("--secret", "SECRET", "a secret that is not empty", $"""
        {description} Other users of the machine can see it; --secret_env is safer.
        """);

    private readonly Option<string?> _secretEnv = Flag.Text("--secret_env", "VARIABLE", "the name of an environment variable", """
        The environment variable that holds the secret.
        """);

    public void AddTo(Command command)
    {
        command.Add(_secret);
        command.Add(_secretEnv);
        command.Validators.Add(Check);
    }

    /// <summary>The secret; null where none was given.</summary>
    public string? Read(ParseResult parsed) => parsed.GetValue(_secretEnv) is { } name ? variable(name) : parsed.GetValue(_secret);

    private void Check(CommandResult command)
    {
        if (command.GetResult(_secretEnv)?.Tokens is not [{ Value: { Length: > 0 } name }])
        {
            return;
        }

        if (command.GetResult(_secret) is { Implicit: false })
        {
            command.AddError($"{_secret.Name} and {_secretEnv.Name} exclude each other");
        }
        else if (string.IsNullOrEmpty(variable(name)))
        {
            command.AddError($"{_secretEnv.Name} names an environment variable that is not set");
        }
    }
}
