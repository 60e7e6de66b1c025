using System.CommandLine;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf verify [ROOT]</c>: checks what a server keeps in its folder.</summary>
internal sealed class VerifyCommand : Command
{
    private const string Help = """
        check every stored file against what was recorded when it was published

        Reads the bytes of every file and compares their SHA-256 with the recorded one; checks the documents beside the files, the
        records of yanks and deletions, that every file lies in the folder of its project, and that the index has every file and
        no other. It changes nothing, and may run beside a server. Of a repository at GitHub the local copies are checked only.

        With --audit, the audit log too (ROOT/log/audit.jsonl, and the full files audit.jsonl.1 to .10): each line has the SHA-256
        of the line before, so that a line that was removed, altered, moved or cut off shows.

        Exits with 0 when all is well, and with 1 and a line for each fault when it is not; each line says what to do.

        Examples:
          pywharf verify ./pywharf-root
          pywharf verify /srv/pywharf --repository=team --audit
          pywharf verify /srv/pywharf --json > verified.json
        """;

    private readonly Positional _root = new("root", FlagParsers.Folder, "a path", """
        The server's folder.
        Default: the current directory.
        """);

    private readonly Option<string?> _config = Flag.CommandConfig();

    private readonly Option<string?> _repository = Flag.Text("--repository", "NAME", "the name of a repository", """
        Verify this repository only.
        Default: all that the configuration has.
        """);

    private readonly Option<bool> _audit = Flag.Switch("--audit", """
        Check the audit log too. Without a configuration, the audit log alone is checked.
        Default: False.
        """);

    private readonly Option<bool> _json = Flag.Json();
    private readonly Option<bool> _debug = Flag.Debug();
    private readonly Option<string> _database;

    public VerifyCommand(Func<string, string?> variable, Func<VerifyOptions, CancellationToken, Task<int>> run)
        : base("verify", Help)
    {
        _database = DatabaseFlag.Create(variable);
        foreach (var option in (Option[])[_root, _config, _database, _repository, _audit, _json, _debug])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private VerifyOptions Read(ParseResult parsed) => new()
    {
        Root = Path.GetFullPath(parsed.GetValue(_root) ?? "."),
        Config = parsed.GetValue(_config),
        Database = DatabaseFlag.Read(parsed, _database),
        Repository = parsed.GetValue(_repository),
        Audit = parsed.GetValue(_audit),
        IsJson = parsed.GetValue(_json),
    };
}
