using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>The projects of an index that offer files, sorted by name. Immutable; the next index shares what did not change.</summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The name says what they are.")]
public sealed class OfferedProjects : IReadOnlyCollection<ProjectFiles>
{
    private readonly ImmutableSortedDictionary<ProjectName, ProjectFiles> _projects;

    private OfferedProjects(ImmutableSortedDictionary<ProjectName, ProjectFiles> projects, object names)
    {
        _projects = projects;
        Names = names;
    }

    /// <summary>Stands for the names: the same object as long as no project is added or removed, so that what shows names only stays valid.</summary>
    public object Names { get; }

    /// <inheritdoc/>
    public int Count => _projects.Count;

    /// <inheritdoc/>
    public IEnumerator<ProjectFiles> GetEnumerator() => _projects.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static OfferedProjects Of(IEnumerable<ProjectFiles> projects) =>
        new(projects.Where(project => project.IsOffered).ToImmutableSortedDictionary(project => project.Name, project => project), new object());

    /// <summary>After changes of some projects.</summary>
    internal OfferedProjects With(IEnumerable<ProjectName> changed, RepositoryIndex index)
    {
        var (projects, names) = (_projects, Names);
        foreach (var name in changed)
        {
            var before = projects.Count;
            projects = index.Find(name) is { IsOffered: true } project ? projects.SetItem(name, project) : projects.Remove(name);
            names = projects.Count == before ? names : new object();
        }

        return new OfferedProjects(projects, names);
    }
}
