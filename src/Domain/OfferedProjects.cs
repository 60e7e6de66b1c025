using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>The projects of an index that offer files, sorted by name. Immutable; the next index shares what did not change.</summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The name says what they are.")]
public sealed class OfferedProjects : IReadOnlyCollection<ProjectFiles>
{
    // A change copies one run and the list of runs. One array would be copied whole for each upload; a tree takes several times as long to go through, as
    // each search does.
    private const int LongestRun = 256;

    private readonly ProjectFiles[][] _runs;

    private OfferedProjects(ProjectFiles[][] runs, int count, object names)
    {
        _runs = runs;
        Count = count;
        Names = names;
    }

    /// <summary>Stands for the names: the same object as long as no project is added or removed, so that what shows names only stays valid.</summary>
    public object Names { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IEnumerator<ProjectFiles> GetEnumerator()
    {
        foreach (var run in _runs)
        {
            foreach (var project in run)
            {
                yield return project;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static OfferedProjects Of(IEnumerable<ProjectFiles> projects)
    {
        var runs = projects.Where(project => project.IsOffered).OrderBy(project => project.Name).Chunk(LongestRun / 2).ToArray();

        return new OfferedProjects(runs, runs.Sum(run => run.Length), new object());
    }

    /// <summary>After changes of some projects.</summary>
    internal OfferedProjects With(IEnumerable<ProjectName> changed, RepositoryIndex index)
    {
        var (runs, count, names) = (_runs, Count, Names);
        foreach (var name in changed)
        {
            var project = index.Find(name) is { IsOffered: true } found ? found : null;
            var number = RunOf(runs, name);
            ProjectFiles[] before = runs.Length == 0 ? [] : runs[number];
            var after = With(before, name, project);
            if (after.Length != before.Length)
            {
                (count, names) = (count + after.Length - before.Length, new object());
            }

            ProjectFiles[][] pieces = after.Length switch
            {
                0 => [],
                > LongestRun => [after[..(LongestRun / 2)], after[(LongestRun / 2)..]],
                _ => [after],
            };
            runs = [.. runs.AsSpan(0, number), .. pieces, .. runs.AsSpan(Math.Min(number + 1, runs.Length))];
        }

        return new OfferedProjects(runs, count, names);
    }

    /// <summary>The number of the run that a name is in, or would be.</summary>
    private static int RunOf(ProjectFiles[][] runs, ProjectName name)
    {
        var found = Array.FindLastIndex(runs, run => run[0].Name.CompareTo(name) <= 0);

        return Math.Max(found, 0);
    }

    /// <summary>The run with the project of a name; without it if that is null.</summary>
    private static ProjectFiles[] With(ProjectFiles[] run, ProjectName name, ProjectFiles? project)
    {
        var at = Array.FindIndex(run, other => other.Name.CompareTo(name) >= 0) is >= 0 and var found ? found : run.Length;
        var rest = at < run.Length && run[at].Name.Equals(name) ? at + 1 : at;

        return project is null ? [.. run.AsSpan(0, at), .. run.AsSpan(rest)] : [.. run.AsSpan(0, at), project, .. run.AsSpan(rest)];
    }
}
