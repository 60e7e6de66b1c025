using System.Buffers;
using PyWharf.Domain;

namespace PyWharf.Application.Search;

/// <summary>The result of a search. Its memory is rented: a repository may have a hundred thousand projects.</summary>
internal sealed class ProjectMatches : IDisposable
{
    private readonly IReadOnlyCollection<ProjectFiles> _projects;
    private readonly int[] _counts = new int[Enum.GetValues<MatchRank>().Length];
    private readonly MatchRank[] _ranks;

    /// <param name="projects">The searched projects, by name.</param>
    /// <param name="rankOf">Ranks a project.</param>
    public ProjectMatches(IReadOnlyCollection<ProjectFiles> projects, Func<ProjectFiles, MatchRank> rankOf)
    {
        _projects = projects;
        _ranks = ArrayPool<MatchRank>.Shared.Rent(projects.Count);
        var at = 0;
        foreach (var project in projects)
        {
            var rank = rankOf(project);
            _ranks[at++] = rank;
            _counts[(int)rank]++;
        }
    }

    /// <summary>The number of matches.</summary>
    public int Count => _projects.Count - CountOf(MatchRank.None);

    /// <summary>The matches, best first, and by name within a rank. Evaluated lazily.</summary>
    public IEnumerable<ProjectFiles> Best =>
        ((MatchRank[])[MatchRank.ExactName, MatchRank.NamePrefix, MatchRank.Name, MatchRank.Summary])
            .SelectMany(rank => _projects.Where((_, at) => _ranks[at] == rank).Take(CountOf(rank)));

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<MatchRank>.Shared.Return(_ranks);

    private int CountOf(MatchRank rank) => _counts[(int)rank];
}
