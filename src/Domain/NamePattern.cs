using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace PyWharf.Domain;

/// <summary>
/// A glob over normalised project names: <c>*</c> matches any number of characters, <c>?</c> one. The pattern is normalised like a name (PEP 503):
/// <c>Acme_*</c> is <c>acme-*</c>.
/// </summary>
public sealed partial record NamePattern
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.*?");

    private readonly string _normalized;

    private NamePattern(string normalized) => _normalized = normalized;

    /// <summary>The pattern that matches every name.</summary>
    public static NamePattern Any { get; } = new("*");

    /// <summary>Reads a pattern; <paramref name="problem"/> continues a sentence that starts with «this pattern».</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out NamePattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        var normalized = Runs().Replace(text, run => run.Value[0] == '*' ? "*" : "-").ToLowerInvariant();
        problem = text switch
        {
            "" => "is empty, and no project has an empty name",
            { Length: > MaxLength } => $"is longer than {MaxLength} characters, as no project's name is",
            _ when text.AsSpan().ContainsAnyExcept(Allowed) =>
                "matches no project: names have ASCII letters, digits, '.', '_' and '-' only; * stands for any run of those, ? for one",
            _ when normalized[0] == '-' || normalized[^1] == '-' => "matches no project: a name begins and ends with a letter or digit",
            _ => null,
        };
        pattern = problem is null ? new NamePattern(normalized) : null;

        return pattern is not null;
    }

    /// <summary>Whether the pattern matches the name, in any spelling. The time is bounded by the product of both lengths.</summary>
    public bool Matches(ProjectName name) => FileSystemName.MatchesSimpleExpression(_normalized, name.ToString(), ignoreCase: false);

    /// <summary>
    /// Whether it matches every name that the other pattern matches: <c>a*</c> includes <c>a*b*</c> and <c>a?</c>. It may miss that for patterns which
    /// only look different (<c>a?*</c> and <c>a*?</c>), but never says so wrongly.
    /// </summary>
    public bool Includes(NamePattern other)
    {
        // The other pattern is matched as if it were a name; but its * stands for any number of characters, so that only a * takes it.
        var (pattern, text) = (_normalized, other._normalized);
        var (at, star, mark) = (0, -1, 0);
        for (var next = 0; next < text.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, mark) = (at++, next);
            }
            else if (at < pattern.Length && (pattern[at] == text[next] || (pattern[at] == '?' && text[next] != '*')))
            {
                at++;
                next++;
            }
            else if (star >= 0)
            {
                (at, next) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).Trim('*').IsEmpty;
    }

    /// <summary>The normal form.</summary>
    public override string ToString() => _normalized;

    [GeneratedRegex(@"\*+|[-_.]+")]
    private static partial Regex Runs();
}
