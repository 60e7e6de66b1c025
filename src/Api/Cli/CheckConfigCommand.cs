using System.CommandLine;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf check_config --config=FILE</c>: says what a server would make of a configuration.</summary>
internal sealed class CheckConfigCommand : Command
{
    private const string Help = """
        check a configuration, and print it with all defaults

        Reads both files as the start of a server does, with the environment variables and files with secrets that they name, and
        lists everything that is wrong, each on a line with file, line and column. A configuration that can be used is printed as
        it is in effect: with all defaults, a mask in place of each secret, and where each secret comes from. Run it as the
        server's user and with its environment. It opens no storage and asks nobody.

        Exits with 0 when a server can use the configuration, and with 1 when not.

        Examples:
          pywharf check_config --config=config.toml
          pywharf check_config --config=config.toml --admin_secret=admin_secret.toml
          pywharf check_config --config=config.toml && systemctl reload pywharf
          pywharf check_config --config=config.toml --json
        """;

    private readonly Option<string?> _config = Flag.Text("--config", "FILE", "a path", "The repositories: a TOML file with a table for each.");

    private readonly Option<string?> _adminSecret = Flag.Text("--admin_secret", "FILE", "a path", """
        The secrets with which the server itself asks the back ends: a TOML file with a table per repository.
        Default: none.
        """);

    private readonly Option<bool> _json = Flag.Json();
    private readonly Option<bool> _debug = Flag.Debug();

    public CheckConfigCommand(Func<CheckConfigOptions, CancellationToken, Task<int>> run)
        : base("check_config", Help)
    {
        foreach (var option in (Option[])[_config, _adminSecret, _json, _debug])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private CheckConfigOptions Read(ParseResult parsed) => new()
    {
        Config = parsed.GetValue(_config) ?? throw new UsageException("--config=FILE names the configuration", this),
        AdminSecret = parsed.GetValue(_adminSecret),
        IsJson = parsed.GetValue(_json),
    };
}
