using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>
/// The name of a configured repository: a table of the configuration, a folder of the server, the user name of a client and a
/// segment of a URL. Case does not matter; it is kept lower-case.
/// </summary>
public sealed record RepositoryName
{
    private const int MaxLength = 100;

    private static readonly FrozenSet<string> UrlSegmentsOfTheServer = new[]
    {
        "api", "favicon.ico", "health", "healthz", "index_mtime", "initialize", "integrity", "legacy", "local_file", "login",
        "logout", "metrics", "openapi.json", "pypi", "robots.txt", "search", "simple", "static",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly string _value;

    private RepositoryName(string value) => _value = value;

    /// <summary>Reads a name; <paramref name="problem"/> is a sentence for the operator.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, [NotNullWhen(true)] out RepositoryName? name, [NotNullWhen(false)] out string? problem)
    {
        text ??= "";
        problem = ProblemOf(text);
        name = problem is null ? new RepositoryName(text.ToLowerInvariant()) : null;
        return name is not null;
    }

    public override string ToString() => _value;

    private static string? ProblemOf(string text)
    {
        if (text.Length == 0)
        {
            return "A repository name must not be empty.";
        }

        if (text.Length > MaxLength)
        {
            return $"A repository name has at most {MaxLength} characters; this one has {text.Length}.";
        }

        if (text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
        {
            return "A repository name consists of ASCII letters, digits, '.', '_' and '-'.";
        }

        if (!char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return "A repository name begins and ends with an ASCII letter or digit.";
        }

        return UrlSegmentsOfTheServer.Contains(text)
            ? $"'{text}' cannot be the name of a repository, because the server has a page of that name."
            : null;
    }
}
