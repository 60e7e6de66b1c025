using PyWharf.Domain;

namespace PyWharf.Application.Search;

/// <summary>What was found.</summary>
/// <param name="projects">What was searched, by name.</param>
/// <param name="ranks">How well each of them matches.</param>
internal sealed class ProjectMatches(ProjectFiles[] projects, MatchRank[] ranks)
{
    /// <summary>How many match.</summary>
    public int Count => ranks.Length - ranks.AsSpan().Count(MatchRank.None);

    /// <summary>Those that match best first, and by name where they match equally well. What is not enumerated is not looked for.</summary>
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
