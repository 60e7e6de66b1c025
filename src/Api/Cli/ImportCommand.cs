using System.CommandLine;
using System.CommandLine.Parsing;
using PyWharf.Api.Commands;
using PyWharf.Domain;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf import REPOSITORY SOURCE</c>: takes packages over from elsewhere.</summary>
internal sealed class ImportCommand : Command
{
    private const int MaxJobs = 64;

    private const string Help = """
        take packages over from a folder, another index or another repository

        SOURCE is one of
          a folder: of pypiserver, an export of devpi, or any tree with distributions in it
          a URL: a simple index in HTML or JSON, or a web server's listing of a folder
          a name: another repository of the configuration (./NAME is a folder of that name)

        Each file is checked as an upload is, and against the digests that the source names. The time of its first upload and its
        yank are kept. Files that the repository has already are passed over, so the command can be stopped at any time and
        given again: it goes on where it was. What is no distribution, such as a README, is passed over.

        No server needs to run, and one that runs lists the files within seconds. Run it as the user that the server runs as.
        Exits with 1 if a file was refused, after all others have arrived; a table says which, and why.

        Examples:
          pywharf import team ./packages --root=./pywharf-root --dry_run
          pywharf import team ./packages --root=./pywharf-root
          pywharf import team https://pypi.old.example.com/simple/ --user=alice --password_env=OLD_PASSWORD
          pywharf import team https://pypi.org/simple/ --projects="requests,flask-*"
          pywharf import on-github team --admin_secret=admin_secret.toml
        """;

    private readonly Positional _repository = new("repository", FlagParsers.Text, "the name of a repository", "The repository that the packages are imported into.")
    { Required = true };

    private readonly Positional _source = new("source", FlagParsers.ImportSource, "a folder, a name or a URL; credentials go into --user and --password_env", "The folder, URL or repository that they come from.")
    { Required = true };

    private readonly Option<string> _root = TokenCommands.Root();
    private readonly Option<string?> _config = Flag.CommandConfig();

    private readonly Option<string?> _adminSecret = Flag.Text("--admin_secret", "FILE", "a path", """
        The admin_secret.toml with the secrets of repositories on GitHub.
        Default: that in the server's folder, if there is one.
        """);

    private readonly Option<IReadOnlyList<string>?> _projects = Flag.Of<IReadOnlyList<string>?>(
        "--projects", "GLOBS", null, FlagParsers.ProjectGlobs, "names of projects or globs such as billing-*, separated by commas", """
        The projects to import, as names and globs, separated by commas.
        Default: all.
        """);

    private readonly Option<int> _jobs = Flag.Of("--jobs", "NUMBER", 4, Jobs, $"a whole number from 1 to {MaxJobs}", """
        How many files are worked on at a time.
        Default: 4.
        """);

    private readonly Option<bool> _dryRun = Flag.Switch("--dry_run", """
        Say what would be imported, and change nothing. Files are not fetched, so what is wrong within them does not show.
        Default: False.
        """);

    private readonly Option<string?> _user = Flag.Text("--user", "NAME", "a user name", """
        The user name for the index of a URL. Credentials go to that server alone.
        """);

    private readonly Option<string?> _passwordEnv = Flag.Text("--password_env", "VARIABLE", "the name of an environment variable", """
        The environment variable that holds the password for it.
        """);

    private readonly Option<bool> _json = Flag.Json();

    private readonly Option<bool> _debug = Flag.Debug();
    private readonly Option<string> _database;
    private readonly Func<string, string?> _variable;

    /// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
    /// <param name="run">Runs the import.</param>
    public ImportCommand(Func<string, string?> variable, Func<ImportOptions, CancellationToken, Task<int>> run)
        : base("import", Help)
    {
        _variable = variable;
        _database = DatabaseFlag.Create(variable);
        foreach (var option in (Option[])[_repository, _source, _root, _config, _database, _adminSecret, _projects, _jobs, _dryRun, _user, _passwordEnv, _json, _debug])
        {
            Add(option);
        }

        Validators.Add(CheckCredentials);
        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private static bool Jobs(string text, out int value) => FlagParsers.Count(text, out value) && value is >= 1 and <= MaxJobs;

    private void CheckCredentials(CommandResult command)
    {
        var isUrl = command.GetResult(_source)?.Tokens is [{ Value: var source }] && source.Contains("://", StringComparison.Ordinal);
        var (user, password) = (command.GetResult(_user) is { Implicit: false }, command.GetResult(_passwordEnv)?.Tokens is [{ Value: var name }] ? name : null);
        if (user != password is not null)
        {
            command.AddError(user ? "--user needs --password_env, the environment variable that holds the password" : "--password_env needs --user");
        }
        else if (user && !isUrl)
        {
            command.AddError("--user and --password_env are for a source that is a URL");
        }
        else if (password is not null && string.IsNullOrEmpty(_variable(password)))
        {
            command.AddError("--password_env names an environment variable that is not set");
        }
    }

    private ImportOptions Read(ParseResult parsed) => new()
    {
        Repository = parsed.GetRequiredValue(_repository),
        Source = parsed.GetRequiredValue(_source),
        Root = Path.GetFullPath(parsed.GetRequiredValue(_root)),
        Config = parsed.GetValue(_config),
        Database = DatabaseFlag.Read(parsed, _database),
        AdminSecret = parsed.GetValue(_adminSecret),
        Projects = parsed.GetValue(_projects) is { } globs
            ? new ProjectScope(globs.Select(glob => NamePattern.TryParse(glob, out var pattern, out _) ? pattern : null).OfType<NamePattern>())
            : ProjectScope.All,
        Jobs = parsed.GetRequiredValue(_jobs),
        IsDryRun = parsed.GetValue(_dryRun),
        User = parsed.GetValue(_user),
        Password = parsed.GetValue(_passwordEnv) is { } variable ? _variable(variable) : null,
        IsJson = parsed.GetValue(_json),
    };
}
