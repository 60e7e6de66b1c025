using System.CommandLine;
using PyWharf.Api.Commands;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf github.gen_gh_pages</c>: writes a static index of a repository on GitHub.</summary>
internal sealed class GenGhPagesCommand : Command
{
    private const string Help = """
        write a static index of a repository on GitHub

        Reads the index file of the repository and writes an index page for each project, as HTML and as JSON, with links to
        GitHub's own download addresses. Those open without a token for public repositories only.

        Examples:
          pywharf github.gen_gh_pages --name=my-repo --owner=acme --repo=packages \
            --output_folder=pages --token_env=GITHUB_TOKEN
        """;

    private readonly Option<RepositoryName?> _name = GitHubFlag.Name();
    private readonly SecretFlags _token;
    private readonly Option<string?> _owner = GitHubFlag.Required(GitHubFlag.Owner("The account or organisation that owns it."));
    private readonly Option<string?> _repo = GitHubFlag.Repo();

    private readonly Option<string?> _outputFolder = GitHubFlag.Required(Flag.Of<string?>(
        "--output_folder", "FOLDER", null, FlagParsers.Folder, "a path", """
        Where to write it; made when it is not there. Files of other names stay as they are.
        """));

    private readonly Option<string?> _branch = GitHubFlag.Branch(GitHubConfig.DefaultBranch, $"""
        The branch of the index file.
        Default: {GitHubConfig.DefaultBranch}.
        """);

    private readonly Option<string> _indexFilename = GitHubFlag.IndexFilename();
    private readonly Option<Uri> _apiUrl = GitHubFlag.ApiUrl();

    public GenGhPagesCommand(Func<string, string?> variable, Func<GenGhPagesOptions, CancellationToken, Task<int>> run)
        : base("github.gen_gh_pages", Help)
    {
        _token = GitHubFlag.Token(variable, "may read the repository");

        Add(_name);
        _token.AddTo(this);
        _token.Require(this, _ => false);
        foreach (var option in (Option[])[_owner, _repo, _outputFolder, _branch, _indexFilename, _apiUrl, Flag.Debug()])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private GenGhPagesOptions Read(ParseResult parsed) => new()
    {
        Repository = new GitHubConfig(
            parsed.GetRequiredValue(_name)!, // required, and its parser gives no null; as the two after it
            parsed.GetRequiredValue(_owner)!,
            parsed.GetRequiredValue(_repo)!,
            parsed.GetValue(_branch) ?? GitHubConfig.DefaultBranch,
            parsed.GetRequiredValue(_indexFilename),
            parsed.GetRequiredValue(_apiUrl)),
        Token = new Secret(_token.Read(parsed) ?? ""),
        OutputFolder = parsed.GetRequiredValue(_outputFolder)!, // as the name
    };
}
