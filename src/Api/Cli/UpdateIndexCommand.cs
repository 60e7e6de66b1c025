using System.CommandLine;
using System.CommandLine.Parsing;
using PyWharf.Api.Hosting;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf update_index TYPE NAME</c>: what the command does not know is a key of the back end's configuration.</summary>
internal sealed class UpdateIndexCommand : Command
{
    private const string Help = """
        rebuild a repository's remote index from what is published

        Every other flag is a key of the back end's configuration, such as --owner and --repo of github, or --read_secret
        and --write_secret of file_system.

        Examples:
          pywharf update_index github my-repo --owner=acme --repo=packages --secret_env=GITHUB_TOKEN
          pywharf update_index --type=file_system --name=local --root=./pywharf-root
        """;

    private readonly Positional _type = new("type", FlagValues.Text, "the name of a back end", """
        The type of the back end, as in the configuration: file_system or github.
        """)
    { Required = true };

    private readonly Positional _name = new("name", FlagValues.Text, "the name of a repository", "The name of the repository.")
    { Required = true };

    private readonly Option<string?> _secret = Flag.Text("--secret", "SECRET", "a secret that is not empty", """
        The secret with write permission. Other users of the machine can see it; --secret_env is safer.
        """);

    private readonly Option<string?> _secretEnv = Flag.Text("--secret_env", "VARIABLE", "the name of an environment variable", """
        The environment variable that holds the secret.
        """);

    private readonly Option<string> _root = Flag.Of<string>("--root", "FOLDER", ".", FlagValues.Folder, "a path", """
        The server's folder, where the packages of a file_system repository lie.
        Default: the current directory.
        """);

    private readonly Option<bool> _debug = Flag.Debug();

    private readonly Func<string, string?> _variable;

    public UpdateIndexCommand(
        Func<string, string?> variable, Func<UpdateIndexOptions, CancellationToken, Task<int>> run)
        : base("update_index", Help)
    {
        _variable = variable;
        TreatUnmatchedTokensAsErrors = false;
        Add(_type);
        Add(_name);
        Add(_secret);
        Add(_secretEnv);
        Add(_root);
        Add(_debug);
        Validators.Add(CheckSecret);
        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private void CheckSecret(CommandResult command)
    {
        if (command.GetResult(_secretEnv)?.Tokens is not [{ Value: { Length: > 0 } name }])
        {
            return;
        }

        if (command.GetResult(_secret) is { Implicit: false })
        {
            command.AddError($"{_secret.Name} and {_secretEnv.Name} exclude each other");
        }
        else if (string.IsNullOrEmpty(_variable(name)))
        {
            command.AddError($"{_secretEnv.Name} names an environment variable that is not set");
        }
    }

    private UpdateIndexOptions Read(ParseResult parsed) => new()
    {
        Type = parsed.GetRequiredValue(_type),
        Name = parsed.GetRequiredValue(_name),
        Root = Path.GetFullPath(parsed.GetRequiredValue(_root)),
        Secret = parsed.GetValue(_secretEnv) is { } name ? _variable(name) : parsed.GetValue(_secret),
        BackendKeys = parsed.UnmatchedTokens
            .Select(token => token.Split('=', 2))
            .ToDictionary(pair => pair[0].TrimStart('-'), pair => pair[1], StringComparer.Ordinal),
        Debug = parsed.GetValue(_debug),
    };
}
