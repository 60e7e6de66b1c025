using System.CommandLine;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf backup ROOT TARGET</c>: copies what can't be made anew.</summary>
internal sealed class BackupCommand : Command
{
    private const string Help = """
        copy what a server's folder has that can't be made anew, while it runs

        Copies the records of projects (yanks, statuses, deletions), the tokens, the audit log and the configuration to TARGET,
        with --packages the packages too. The copy is consistent although uploads go on. Caches and locks are left out, and so
        are packages and records that are at GitHub, and secrets in variables and files that the configuration names.

        TARGET is laid out as ROOT is. It is missing, empty, or an earlier backup, which is brought up to date: only what has
        changed is copied, and what is gone from ROOT is removed. Interrupted, even by a crash, the same command goes on. Until
        it is done TARGET has a file backup.incomplete, with which no server starts; afterwards it has backup.json.

        To restore, copy TARGET to the place of ROOT as the server's user, and start the server. docs/operate.md says more.

        Examples:
          pywharf backup /srv/pywharf /backup/pywharf --packages
          pywharf backup /srv/pywharf /backup --config=config.toml --admin_secret=admin_secret.toml
          pywharf backup /srv/pywharf /backup/pywharf --packages && pywharf verify /backup/pywharf --audit
        """;

    private readonly Positional _root = new("root", FlagParsers.Folder, "a path", "The server's folder.") { Required = true };

    private readonly Positional _target = new("target", FlagParsers.Folder, "a path", "The folder of the backup. Not within ROOT.") { Required = true };

    private readonly Option<string?> _config = Flag.CommandConfig();

    private readonly Option<string?> _adminSecret = Flag.Text("--admin_secret", "FILE", "a path", """
        The file of admin secrets, where that is not in ROOT.
        Default: admin_secret.toml in ROOT, if there is one.
        """);

    private readonly Option<bool> _packages = Flag.Switch("--packages", """
        Copy the packages of file_system repositories too.
        Default: False.
        """);

    private readonly Option<bool> _json = Flag.Json();
    private readonly Option<bool> _debug = Flag.Debug();

    public BackupCommand(Func<BackupOptions, CancellationToken, Task<int>> run)
        : base("backup", Help)
    {
        foreach (var option in (Option[])[_root, _target, _config, _adminSecret, _packages, _json, _debug])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private BackupOptions Read(ParseResult parsed) => new()
    {
        Root = Path.GetFullPath(parsed.GetRequiredValue(_root)),
        Target = Path.GetFullPath(parsed.GetRequiredValue(_target)),
        Config = parsed.GetValue(_config),
        AdminSecret = parsed.GetValue(_adminSecret),
        Packages = parsed.GetValue(_packages),
        IsJson = parsed.GetValue(_json),
    };
}
