using System.CommandLine;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf quickstart [ROOT]</c>: sets up and serves a local repository.</summary>
internal sealed class QuickstartCommand : Command
{
    private const string DefaultRoot = "pywharf-root";

    private const string Help = """
        set up and serve a local repository in one step

        Makes ROOT, and in it a config.toml with one repository called "local" and random secrets (file mode 0600).
        What is there already stays as it is. Then starts the server and prints the lines for twine and pip, ready to paste.

        Examples:
          pywharf quickstart
          pywharf quickstart /srv/pywharf --host=0.0.0.0 --port=8080
        """;

    private static readonly QuickstartOptions Default = new() { Root = DefaultRoot };

    private readonly Positional _root = new("root", FlagParsers.Folder, "a path", $"""
        Folder for the packages and the configuration.
        Default: ./{DefaultRoot}.
        """);

    private readonly Option<string> _host = Flag.Host(Default.Host);
    private readonly Option<int> _port = Flag.Port(Default.Port);
    private readonly Option<bool> _debug = Flag.Debug();

    public QuickstartCommand(Func<QuickstartOptions, CancellationToken, Task<int>> run)
        : base("quickstart", Help)
    {
        Add(_root);
        Add(_host);
        Add(_port);
        Add(_debug);
        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private QuickstartOptions Read(ParseResult parsed) => new()
    {
        Root = parsed.GetValue(_root) ?? Path.GetFullPath(DefaultRoot),
        Host = parsed.GetRequiredValue(_host),
        Port = parsed.GetValue(_port),
        Debug = parsed.GetValue(_debug),
    };
}
