using System.CommandLine;
using PyWharf.Api.Commands;
using PyWharf.Api.Hosting;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf explain REPOSITORY PROJECT</c>: which rule decided what installers get of a project.</summary>
internal sealed class ExplainCommand : Command
{
    private const string Help = """
        say what installers get of a project, and which rule decided

        For each file: whether it is in the repository or at its upstream index, whether installers are offered it, and what
        decided: min_age (and until when), yanked, quarantined or deleted. Where a rule keeps the whole project from coming,
        which one: reserve, deny, allow, or quarantined upstream.

        A project that the repository has is not asked for upstream. For another one the upstream index is asked as the server
        asks it, with the same configuration: give --extra_index_url if the server has it. No server needs to run.

        Examples:
          pywharf explain team requests --root=./pywharf-root
          pywharf explain team requests --root=./pywharf-root --json
        """;

    private readonly Positional _repository = new("repository", FlagParsers.Text, "the name of a repository", "The name of the repository.") { Required = true };
    private readonly Positional _project = new("project", FlagParsers.Text, "the name of a project", "The name of the project.") { Required = true };
    private readonly Option<string> _root = TokenCommands.Root();
    private readonly Option<string?> _config = Flag.CommandConfig();

    private readonly Option<string?> _adminSecret = Flag.Text("--admin_secret", "FILE", "a path", """
        The admin_secret.toml with the secrets of repositories on GitHub.
        Default: that in the server's folder, if there is one.
        """);

    private readonly Option<Uri> _extraIndexUrl = Flag.ExtraIndexUrl(new ServerOptions { Root = "" }.ExtraIndexUrl);
    private readonly Option<bool> _json = Flag.Json();
    private readonly Option<string> _database;
    private readonly Option<bool> _debug = Flag.Debug();

    /// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
    /// <param name="run">Runs the command.</param>
    public ExplainCommand(Func<string, string?> variable, Func<ExplainOptions, CancellationToken, Task<int>> run)
        : base("explain", Help)
    {
        _database = DatabaseFlag.Create(variable);
        foreach (var option in (Option[])[_repository, _project, _root, _config, _adminSecret, _extraIndexUrl, _json, _database, _debug])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(
            new ExplainOptions
            {
                Repository = parsed.GetRequiredValue(_repository),
                Project = parsed.GetRequiredValue(_project),
                Root = Path.GetFullPath(parsed.GetRequiredValue(_root)),
                Config = parsed.GetValue(_config),
                AdminSecret = parsed.GetValue(_adminSecret),
                ExtraIndexUrl = parsed.GetRequiredValue(_extraIndexUrl) is { IsAbsoluteUri: true } url ? url : null,
                IsJson = parsed.GetValue(_json),
                Database = DatabaseFlag.Read(parsed, _database),
            },
            cancellationToken));
    }
}
