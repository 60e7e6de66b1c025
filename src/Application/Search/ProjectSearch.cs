using System.Buffers;
using System.Text.RegularExpressions;
using PyWharf.Domain;

namespace PyWharf.Application.Search;

/// <summary>Searches names and summaries for words, ignoring case.</summary>
internal sealed partial class ProjectSearch
{
    private readonly (SearchValues<string> Typed, string Normalized)[] _words;
    private readonly string _name;

    /// <param name="text">Words with white space between them.</param>
    public ProjectSearch(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        _words = [.. words.Select(word => (SearchValues.Create([word], StringComparison.OrdinalIgnoreCase), Normalize(word)))];
        _name = Normalize(string.Join('-', words));
    }

    /// <summary>Ranks the projects; those outside of the scope don't match.</summary>
    public ProjectMatches In(IReadOnlyCollection<ProjectFiles> projects, ProjectScope scope) =>
        new(projects, scope.IsAll ? RankOf : project => scope.Includes(project.Name) ? RankOf(project) : MatchRank.None);

    private MatchRank RankOf(ProjectFiles project)
    {
        var name = project.Name.ToString();
        var rank = MatchRank.Name;
        foreach (var (typed, normalized) in _words)
        {
            if (name.Contains(normalized, StringComparison.Ordinal))
            {
                continue;
            }

            if (project.Latest is not { } latest || !latest.Summary.AsSpan().ContainsAny(typed))
            {
                return MatchRank.None;
            }

            rank = MatchRank.Summary;
        }

        return !name.StartsWith(_name, StringComparison.Ordinal) ? rank
            : name.Length == _name.Length ? MatchRank.ExactName
            : MatchRank.NamePrefix;
    }

    /// <summary>The normal form of names (PEP 503), so that any spelling matches.</summary>
    private static string Normalize(string text) => Separators().Replace(text, "-").ToLowerInvariant();

    [GeneratedRegex("[-_.]+")]
    private static partial Regex Separators();
}
