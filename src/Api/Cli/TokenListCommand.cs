using System.CommandLine;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf token list [REPOSITORY]</c>: lists tokens.</summary>
internal sealed class TokenListCommand : Command
{
    private const string Help = """
        list the tokens of a repository, or of all

        With each: its permission, its projects, when it ends, when it was made, the day (UTC) on which it was used last, and
        whether the configuration has it (config) or the server's folder (root). Never its text, which nobody knows.

        Examples:
          pywharf token list --root=./pywharf-root
          pywharf token list team --json --root=./pywharf-root
        """;

    private readonly Positional _repository = TokenCommands.Repository("The repository; all of them if there is none.");

    private readonly Option<bool> _json = Flag.Switch("--json", """
        Print JSON, with the networks and all that may be read.
        Default: False.
        """);

    private readonly Option<string> _root = TokenCommands.Root();
    private readonly Option<string?> _config = Flag.CommandConfig();
    private readonly Option<string> _database;
    private readonly Option<bool> _debug = Flag.Debug();

    public TokenListCommand(Func<string, string?> variable, Func<TokenOptions, CancellationToken, Task<int>> run)
        : base("list", Help)
    {
        _database = DatabaseFlag.Create(variable);
        foreach (var option in (Option[])[_repository, _json, _root, _config, _database, _debug])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(
            new TokenOptions
            {
                Command = Name,
                Repository = parsed.GetValue(_repository),
                IsJson = parsed.GetValue(_json),
                Root = parsed.GetRequiredValue(_root),
                Config = parsed.GetValue(_config),
                Database = DatabaseFlag.Read(parsed, _database),
            },
            cancellationToken));
    }
}
