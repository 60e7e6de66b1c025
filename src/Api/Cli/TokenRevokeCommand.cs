using System.CommandLine;
using PyWharf.Api.Commands;
using PyWharf.Application.Tokens;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf token revoke REPOSITORY NAME</c>: ends a token.</summary>
internal sealed class TokenRevokeCommand : Command
{
    private const string Help = """
        end a token at once

        A running server refuses it within two seconds, and browser sessions that were opened with it end. Its name may be used
        again. A token of the configuration is removed there.

        Examples:
          pywharf token revoke team ci-billing --root=./pywharf-root
        """;

    private readonly Positional _repository = TokenCommands.Repository("The repository that it opens.");
    private readonly Positional _name = TokenCommands.TokenName("What it is called.");
    private readonly Option<string> _root = TokenCommands.Root();
    private readonly Option<string?> _config = Flag.CommandConfig();
    private readonly Option<string> _database;
    private readonly Option<bool> _debug = Flag.Debug();

    public TokenRevokeCommand(Func<string, string?> variable, Func<TokenOptions, CancellationToken, Task<int>> run)
        : base("revoke", Help)
    {
        _repository.Required = true;
        _database = DatabaseFlag.Create(variable);
        foreach (var option in (Option[])[_repository, _name, _root, _config, _database, _debug])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(
            new TokenOptions
            {
                Command = Name,
                Repository = parsed.GetRequiredValue(_repository),
                Request = new TokenRequest { Name = parsed.GetRequiredValue(_name) },
                Root = parsed.GetRequiredValue(_root),
                Config = parsed.GetValue(_config),
                Database = DatabaseFlag.Read(parsed, _database),
            },
            cancellationToken));
    }
}
