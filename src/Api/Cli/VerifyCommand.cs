using System.CommandLine;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf verify [ROOT] --audit</c>: checks what a server keeps in its folder.</summary>
internal sealed class VerifyCommand : Command
{
    private const string Help = """
        check that the audit log was not tampered with

        Each line of the audit log (ROOT/log/audit.jsonl, and the full files audit.jsonl.1 to .10) has the SHA-256 of the line
        before, so that a line that was removed, altered, moved or cut off shows. The log of a running server can be checked.
        Exits with 0 when all is well, and with 1 and a line for each fault when it is not.

        Examples:
          pywharf verify ./pywharf-root --audit
        """;

    private readonly Positional _root = new("root", FlagParsers.Folder, "a path", """
        The server's folder.
        Default: the current directory.
        """);

    private readonly Option<bool> _audit = Flag.Switch("--audit", """
        Check the audit log.
        Default: False.
        """);

    /// <param name="run">Checks the audit log of a root folder.</param>
    public VerifyCommand(Func<string, CancellationToken, Task<int>> run)
        : base("verify", Help)
    {
        Add(_root);
        Add(_audit);
        SetAction((parsed, cancellationToken) => parsed.GetValue(_audit)
            ? run(Path.GetFullPath(parsed.GetValue(_root) ?? "."), cancellationToken)
            : throw new UsageException("only the audit log can be verified: add --audit", this));
    }
}
