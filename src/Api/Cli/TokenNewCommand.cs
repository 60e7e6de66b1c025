using System.CommandLine;
using PyWharf.Api.Commands;
using PyWharf.Application.Tokens;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf token new REPOSITORY NAME</c>: makes a token, and prints it once.</summary>
internal sealed class TokenNewCommand : Command
{
    private const string Help = """
        make a token for a person or a job, and print it

        The token is printed once, alone on standard output; what it is good for goes to standard error. The server's folder
        keeps its SHA-256 only, so a lost token is revoked and made anew. A running server knows it within two seconds. No secret
        is needed: whoever may write the server's folder may make tokens. Run it as the user that the server runs as.

        With --print_config nothing is kept: standard output is the table for config.toml, and the token goes to standard error.

        Examples:
          pywharf token new team alice --permission=write --expires=90d --root=./pywharf-root
          TOKEN=$(pywharf token new team ci --permission=write --projects="billing,billing-*")
          pywharf token new team mirror --networks=10.0.0.0/8 --print_config >> config.toml
        """;

    private readonly Positional _repository = TokenCommands.Repository("The repository that it opens.");
    private readonly Positional _name = TokenCommands.TokenName("What it is called, in lists, refusals and the audit log; its text is random.");

    private readonly Option<string> _permission = Flag.Of<string>("--permission", "LEVEL", "read", FlagParsers.Permission, "read, write or admin", """
        read: pages, files, search. write: also uploading and yanking. admin: also deleting, statuses and tokens.
        Default: read.
        """);

    private readonly Option<IReadOnlyList<string>?> _projects = Globs("--projects", """
        The projects that it is for, as names and globs, separated by commas. Others do not exist for it.
        Default: all.
        """);

    private readonly Option<IReadOnlyList<string>?> _reads = Globs("--reads", """
        The projects that it may read, where those are more than it may change.
        Default: as --projects.
        """);

    private readonly Option<string?> _expires = Flag.Of<string?>("--expires", "TIME", null, FlagParsers.Expiry, TokenExpiry.Expected, $"""
        When it ends: {TokenExpiry.Expected}. A date is the end of that day, and times without a zone are in UTC.
        Default: never.
        """);

    private readonly Option<IReadOnlyList<string>?> _networks = Flag.Of<IReadOnlyList<string>?>(
        "--networks", "NETWORKS", null, FlagParsers.ClientNetworks, "networks such as 10.0.0.0/8 or 2001:db8::/32, or addresses, separated by commas", """
        Where its client may be: CIDR blocks or addresses, separated by commas. Behind a proxy, that is the client which a
        trusted proxy names.
        Default: anywhere.
        """);

    private readonly Option<bool> _printConfig = Flag.Switch("--print_config", """
        Print the token's table for config.toml, and keep nothing.
        Default: False.
        """);

    private readonly Option<string> _root = TokenCommands.Root();
    private readonly Option<string?> _config = Flag.CommandConfig();
    private readonly Option<string> _database;
    private readonly Option<bool> _debug = Flag.Debug();

    public TokenNewCommand(Func<string, string?> variable, Func<TokenOptions, CancellationToken, Task<int>> run)
        : base("new", Help)
    {
        _repository.Required = true;
        _database = DatabaseFlag.Create(variable);
        foreach (var option in (Option[])[_repository, _name, _permission, _projects, _reads, _expires, _networks, _printConfig, _root, _config, _database, _debug])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private static Option<IReadOnlyList<string>?> Globs(string name, string description) => Flag.Of<IReadOnlyList<string>?>(
        name, "GLOBS", null, FlagParsers.ProjectGlobs, "names of projects or globs such as billing-*, separated by commas", description);

    private TokenOptions Read(ParseResult parsed) => new()
    {
        Command = Name,
        Repository = parsed.GetRequiredValue(_repository),
        Request = new TokenRequest
        {
            Name = parsed.GetRequiredValue(_name),
            Permission = parsed.GetRequiredValue(_permission),
            Projects = parsed.GetValue(_projects),
            Reads = parsed.GetValue(_reads),
            Networks = parsed.GetValue(_networks),
            Expires = parsed.GetValue(_expires),
        },
        PrintsConfig = parsed.GetValue(_printConfig),
        Root = parsed.GetRequiredValue(_root),
        Config = parsed.GetValue(_config),
        Database = DatabaseFlag.Read(parsed, _database),
    };
}
