using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using PyWharf.Api.Commands;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf github.init_pkg_repo</c>: creates a package repository on GitHub.</summary>
internal sealed partial class InitPkgRepoCommand : Command
{
    private const string DefaultImage = "ghcr.io/pywharf/pywharf";
    private const int MaxInterval = 30 * 24 * 60 * 60;

    private const string Help = """
        make a repository on GitHub one of packages

        Makes the repository, or takes one that is empty or was made by this command, and puts the workflow into it that writes
        the index of its packages. Then prints what to add to config.toml. What is there already stays as it is, so a run that
        stopped half-way is continued by running it again.

        Examples:
          pywharf github.init_pkg_repo --name=my-repo --owner=acme --repo=packages --token_env=GITHUB_TOKEN
          pywharf github.init_pkg_repo --name=my-repo --repo=packages --dry_run
        """;

    private readonly Option<RepositoryName?> _name = GitHubFlag.Name();
    private readonly SecretFlags _token;
    private readonly Option<string?> _repo = GitHubFlag.Repo();

    private readonly Option<string?> _owner = GitHubFlag.Owner("""
        The account or organisation that owns it.
        Default: the account of the token.
        """);

    private readonly Option<bool> _private = new("--private")
    {
        Description = """
            Only those see it who may read the repository. --private=False makes it public, with all its packages.
            Default: True.
            """,
        DefaultValueFactory = _ => true,
    };

    private readonly Option<string?> _branch = GitHubFlag.Branch(fallback: null, """
        The branch of the index file; it is made where it is missing.
        Default: the default branch of the repository.
        """);

    private readonly Option<string> _indexFilename = GitHubFlag.IndexFilename();

    private readonly Option<int> _syncIndexInterval = Flag.Of<int>(
        "--sync_index_interval", "SECONDS", PackageRepositoryPlan.DefaultInterval, Interval, $"a whole number from 1 to {MaxInterval}", $"""
        How often a server looks whether the index has changed.
        Default: {PackageRepositoryPlan.DefaultInterval}.
        """);

    private readonly Option<string> _image = Flag.Of<string>(
        "--image", "IMAGE", DefaultImage, ImageName, "the name of a container image, without a tag", $"""
        The container image of pywharf that the workflow runs, and has to be able to pull.
        Default: {DefaultImage}.
        """);

    private readonly Option<string> _version;

    private readonly Option<bool> _enableGhPages = Flag.Switch("--enable_gh_pages", """
        Also publish a static index on GitHub Pages, which pip can read where the repository is public. Pages of a private
        repository are public too, unless it is one of GitHub Enterprise.
        Default: False.
        """);

    private readonly Option<Uri> _apiUrl = GitHubFlag.ApiUrl();

    private readonly Option<bool> _dryRun = Flag.Switch("--dry_run", """
        Send nothing to GitHub; print what would be done, and the workflow. Needs no token.
        Default: False.
        """);

    /// <param name="version">Version of this program.</param>
    /// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
    /// <param name="run">Runs the command.</param>
    public InitPkgRepoCommand(
        string version, Func<string, string?> variable, Func<InitPkgRepoOptions, CancellationToken, Task<int>> run)
        : base("github.init_pkg_repo", Help)
    {
        _token = GitHubFlag.Token(variable, "has the scopes repo and workflow");
        _version = Flag.Of<string>("--pywharf_version", "VERSION", version, Tag, "a version", """
            The tag of that image.
            Default: the version of this program.
            """);

        Add(_name);
        _token.AddTo(this);
        _token.Require(this, given => given.GetValue(_dryRun));
        foreach (var option in (Option[])
            [_owner, _repo, _private, _branch, _indexFilename, _syncIndexInterval, _image, _version, _enableGhPages, _apiUrl, _dryRun, Flag.Debug()])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(Read(parsed), cancellationToken));
    }

    private InitPkgRepoOptions Read(ParseResult parsed) => new()
    {
        Plan = new PackageRepositoryPlan
        {
            Name = parsed.GetRequiredValue(_name)!, // required, and its parser gives no null
            Owner = parsed.GetValue(_owner),
            Repo = parsed.GetRequiredValue(_repo)!, // as the name
            IsPrivate = parsed.GetValue(_private),
            Branch = parsed.GetValue(_branch),
            IndexFilename = parsed.GetRequiredValue(_indexFilename),
            SyncIndexInterval = parsed.GetValue(_syncIndexInterval),
            Image = $"{parsed.GetRequiredValue(_image)}:{parsed.GetRequiredValue(_version)}",
            HasPages = parsed.GetValue(_enableGhPages),
            ApiUrl = parsed.GetRequiredValue(_apiUrl),
        },
        Token = parsed.GetValue(_dryRun) || _token.Read(parsed) is not { } token ? null : new Secret(token),
    };

    private static bool Interval(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is > 0 and <= MaxInterval;

    private static bool ImageName(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return ImagePattern().IsMatch(text);
    }

    private static bool Tag(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return TagPattern().IsMatch(text);
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]*(:[0-9]+(?=/))?(/[a-z0-9][a-z0-9._-]*)*\z")]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex TagPattern();
}
