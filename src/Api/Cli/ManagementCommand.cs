using System.CommandLine;
using PyWharf.Api.Commands;
using PyWharf.Domain;

namespace PyWharf.Api.Cli;

/// <summary>
/// <c>pywharf yank|unyank|delete|status NAME PROJECT …</c>: manages a project in the storage directly, without a running server. A running server
/// shows the change within two seconds.
/// </summary>
internal sealed class ManagementCommand : Command
{
    private const string Common = """


        The storage is changed directly; no server needs to run, and one that runs shows it within two seconds. Without --secret
        the write secret of the configuration is used: of the one that the server on that folder was started with last, or keeps
        there.
        """;

    private readonly Positional _repository = new("name", FlagParsers.Text, "the name of a repository", "The name of the repository.")
    { Required = true };

    private readonly Positional _project = new("project", FlagParsers.Text, "the name of a project", "The name of the project.")
    { Required = true };

    private readonly Positional? _files;
    private readonly Positional? _status;
    private readonly Option<string?>? _reason;
    private readonly Option<bool>? _yes;

    private readonly Option<string> _root = Flag.Of<string>("--root", "FOLDER", ".", FlagParsers.Folder, "a path", """
        The server's folder.
        Default: the current directory.
        """);

    private readonly Option<string?> _config = Flag.CommandConfig();

    private readonly Option<string> _database;
    private readonly SecretFlags _secret;
    private readonly Option<bool> _debug = Flag.Debug();

    private ManagementCommand(
        string name,
        string help,
        Positional? files,
        Positional? status,
        string? reason,
        Func<string, string?> variable,
        Func<ManagementOptions, CancellationToken, Task<int>> run)
        : base(name, help + Common)
    {
        (_files, _status) = (files, status);
        _reason = reason is null ? null : Flag.Text("--reason", "TEXT", "a text that is not empty", reason);
        _yes = name == "delete" ? Flag.Switch("--yes", """
            Delete without asking. Only a person at a terminal is asked.
            Default: False.
            """) : null;
        _database = DatabaseFlag.Create(variable);
        _secret = new SecretFlags(variable, "The repository's write secret.");

        Add(_repository);
        Add(_project);
        foreach (var option in (Option?[])[_files, _status, _reason, _yes])
        {
            if (option is not null)
            {
                Add(option);
            }
        }

        Add(_root);
        Add(_config);
        Add(_database);
        _secret.AddTo(this);
        Add(_debug);
        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    /// <summary>The four commands.</summary>
    public static IEnumerable<Command> All(Func<string, string?> variable, Func<ManagementOptions, CancellationToken, Task<int>> run) =>
    [
        new ManagementCommand(
            "yank",
            """
            tell installers to pass over a version or a file (PEP 592)

            What is yanked stays where it is: whoever asks for exactly this version still gets it, with a warning that shows the
            reason. Files of a yanked version that are uploaded later are yanked too.

            Examples:
              pywharf yank local demo 1.2 --reason="breaks on Windows" --root=./pywharf-root
              pywharf yank local demo demo-1.2-py3-none-any.whl --root=./pywharf-root
            """,
            Files(),
            status: null,
            "Why, for the people who will see it in the warning.",
            variable,
            run),
        new ManagementCommand(
            "unyank",
            """
            take a yank back

            Examples:
              pywharf unyank local demo 1.2 --root=./pywharf-root
            """,
            Files(),
            status: null,
            reason: null,
            variable,
            run),
        new ManagementCommand(
            "delete",
            """
            delete the files of a version, or one file, for good

            At a terminal it shows what would go, and asks first. Their names are kept: nothing can be uploaded under the name of a deleted file again. To keep people from a version
            without breaking those who pinned it, yank it instead.

            Examples:
              pywharf delete local demo 1.2 --root=./pywharf-root
              pywharf delete local demo demo-1.2.tar.gz --root=./pywharf-root --yes
            """,
            Files(),
            status: null,
            reason: null,
            variable,
            run),
        new ManagementCommand(
            "status",
            $"""
            show a project's status, yanks and deletions, or give it a status (PEP 792)

            active: as usual. deprecated: as active, with a warning. archived: takes no uploads. quarantined: takes no uploads and
            offers no files.

            Examples:
              pywharf status local demo --root=./pywharf-root
              pywharf status local demo deprecated --reason="use demo2" --root=./pywharf-root
            """,
            files: null,
            new Positional("status", FlagParsers.Status, $"one of {StatusMarkers.All}", $"The new status: {StatusMarkers.All}."),
            "Why, for the people who will see it.",
            variable,
            run),
    ];

    private static Positional Files() => new("version_or_file", FlagParsers.Text, "a version or a file name", "A version, which is all of its files; or the name of one file.")
    { Required = true };

    private ManagementOptions Read(ParseResult parsed) => new()
    {
        Command = Name,
        Repository = parsed.GetRequiredValue(_repository),
        Project = parsed.GetRequiredValue(_project),
        Selection = _files is null ? "" : parsed.GetRequiredValue(_files),
        Status = _status is not null && StatusMarkers.TryParse(parsed.GetValue(_status), out var status) ? status : null,
        Reason = _reason is null ? null : parsed.GetValue(_reason),
        IsConfirmed = _yes is not null && parsed.GetValue(_yes),
        Root = Path.GetFullPath(parsed.GetRequiredValue(_root)),
        Config = parsed.GetValue(_config),
        Database = DatabaseFlag.Read(parsed, _database),
        Secret = _secret.Read(parsed),
    };
}
