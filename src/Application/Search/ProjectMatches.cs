using PyWharf.Domain;

namespace PyWharf.Application.Search;

/// <summary>The result of a search.</summary>
/// <param name="projects">The searched projects, by name.</param>
/// <param name="ranks">The rank of each project.</param>
internal sealed class ProjectMatches(ProjectFiles[] projects, MatchRank[] ranks)
{
    /// <summary>The number of matches.</summary>
    public int Count => ranks.Length - ranks.AsSpan().Count(MatchRank.None);

    /// <summary>The matches, best first, and by name within a rank. Evaluated lazily.</summary>
    public IEnumerable<ProjectFiles> Best
    {
        get
        {
            foreach (var rank in (MatchRank[])[MatchRank.ExactName, MatchRank.NamePrefix, MatchRank.Name, MatchRank.Summary])
            {
                for (var at = Array.IndexOf(ranks, rank); at >= 0; at = Array.IndexOf(ranks, rank, at + 1))
                {
                    yield return projects[at];
                }
            }
        }
    }
}
