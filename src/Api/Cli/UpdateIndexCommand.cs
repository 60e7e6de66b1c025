using System.CommandLine;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf update_index TYPE NAME</c>: rebuilds an index. Unknown flags are keys of the back end's configuration.</summary>
internal sealed class UpdateIndexCommand : Command
{
    private const string Help = """
        rebuild a repository's remote index from what is published

        The repository is taken from the server's configuration, if there is one. Every other flag is a key of the back end's
        configuration, such as --owner and --repo of github, and goes before what is there; with those no configuration is
        needed. A repository that the server's folder does not have is an error.

        Examples:
          pywharf update_index file_system local --root=./pywharf-root
          pywharf update_index github my-repo --root=./pywharf-root --secret_env=GITHUB_TOKEN
          pywharf update_index github my-repo --owner=acme --repo=packages --secret_env=GITHUB_TOKEN
        """;

    private readonly Positional _type = new("type", FlagParsers.Text, "the name of a back end", """
        The type of the back end, as in the configuration: file_system, github or s3.
        """)
    { Required = true };

    private readonly Positional _name = new("name", FlagParsers.Text, "the name of a repository", "The name of the repository.")
    { Required = true };

    private readonly SecretFlags _secret;

    private readonly Option<string> _root = Flag.Of<string>("--root", "FOLDER", ".", FlagParsers.Folder, "a path", """
        The server's folder, where the packages of a file_system repository lie.
        Default: the current directory.
        """);

    private readonly Option<string?> _config = Flag.CommandConfig();
    private readonly Option<string> _database;
    private readonly Option<bool> _debug = Flag.Debug();

    public UpdateIndexCommand(
        Func<string, string?> variable, Func<UpdateIndexOptions, CancellationToken, Task<int>> run)
        : base("update_index", Help)
    {
        _secret = new SecretFlags(variable, "The secret with write permission.");
        _database = DatabaseFlag.Create(variable);
        TreatUnmatchedTokensAsErrors = false;
        Add(_type);
        Add(_name);
        _secret.AddTo(this);
        Add(_root);
        Add(_config);
        Add(_database);
        Add(_debug);
        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private UpdateIndexOptions Read(ParseResult parsed) => new()
    {
        Type = parsed.GetRequiredValue(_type),
        Name = parsed.GetRequiredValue(_name),
        Root = Path.GetFullPath(parsed.GetRequiredValue(_root)),
        Config = parsed.GetValue(_config),
        Database = DatabaseFlag.Read(parsed, _database),
        Secret = _secret.Read(parsed),
        BackendKeys = parsed.UnmatchedTokens
            .Select(token => token.Split('=', 2))
            .ToDictionary(pair => pair[0].TrimStart('-'), pair => pair[1], StringComparer.Ordinal),
        Debug = parsed.GetValue(_debug),
    };
}
