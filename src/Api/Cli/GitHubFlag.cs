using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;

namespace PyWharf.Api.Cli;

/// <summary>
/// Flags shared by the GitHub commands. Their values are used in a shell script and in URLs, so only characters without a special meaning there are
/// allowed.
/// </summary>
internal static partial class GitHubFlag
{
    public static Option<RepositoryName?> Name() => Required(Flag.Of<RepositoryName?>(
        "--name", "NAME", null, Repository, "a name that a repository of the server can have", "The name of the repository, as config.toml has it."));

    public static SecretFlags Token(Func<string, string?> variable, string rights) =>
        new(variable, $"A token of GitHub that {rights}.", "token");

    public static Option<string?> Owner(string description) => Of("--owner", "ACCOUNT", description);

    public static Option<string?> Repo() => Required(Of("--repo", "NAME", "The name of the repository on GitHub."));

    public static Option<string?> Branch(string? fallback, string description) => Flag.Of<string?>(
        "--branch", "BRANCH", fallback, Path, "the name of a branch: letters, digits, '-', '_', '.' and '/'", description);

    public static Option<string> IndexFilename() => Flag.Of<string>(
        "--index_filename", "PATH", GitHubConfig.DefaultIndexFilename, Path, "a path of letters, digits, '-', '_', '.' and '/'", $"""
        The path of the index file on its branch.
        Default: {GitHubConfig.DefaultIndexFilename}.
        """);

    public static Option<Uri> ApiUrl() => Flag.Of("--api_url", "URL", new Uri(GitHubConfig.DefaultApiUrl + "/"), Url, "an http or https URL", $"""
        Where GitHub's API is; of an Enterprise Server https://HOST/api/v3.
        Default: {GitHubConfig.DefaultApiUrl}.
        """);

    public static Option<T> Required<T>(Option<T> option)
    {
        option.Required = true;

        return option;
    }

    private static Option<string?> Of(string name, string placeholder, string description) =>
        Flag.Of<string?>(name, placeholder, null, Segment, "made of letters, digits, '-', '_' and '.'", description);

    private static bool Repository(string text, out RepositoryName? name) => RepositoryName.TryParse(text, out name, out _);

    private static bool Segment(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return Path(text, out _) && !text.Contains('/', StringComparison.Ordinal);
    }

    /// <summary>A branch name by the rules of git, restricted to these characters.</summary>
    private static bool Path(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return PathPattern().IsMatch(text)
            && text.Split('/').All(part => part.Length > 0 && part[0] is not ('.' or '-') && part[^1] != '.' && !part.Contains("..", StringComparison.Ordinal));
    }

    /// <summary>An http or https URL; a trailing slash is added.</summary>
    private static bool Url(string text, [MaybeNullWhen(false)] out Uri value) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out value)
        && value.Scheme is "http" or "https"
        && value.UserInfo.Length == 0
        && text.IndexOfAny(['?', '#']) < 0;

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]+\z")]
    private static partial Regex PathPattern();
}
