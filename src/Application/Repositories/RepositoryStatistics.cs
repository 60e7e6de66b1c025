using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Counts and newest uploads of some projects.</summary>
/// <param name="Projects">How many projects.</param>
/// <param name="Files">How many files they have.</param>
/// <param name="NewestUploads">The files that were uploaded last, newest first.</param>
/// <param name="Quarantined">Projects that have files, of which installers are offered none; by name, a part of them if there are many.</param>
internal sealed record RepositoryStatistics(int Projects, int Files, IReadOnlyList<PackageFile> NewestUploads, IReadOnlyList<ProjectFiles> Quarantined)
{
    /// <summary>How many uploads are listed.</summary>
    public const int MostUploads = 10;

    private const int MostQuarantined = 200;

    private static readonly IComparer<PackageFile> OldestFirst = Comparer<PackageFile>.Create(static (left, right) => PackageFile.NewestFirst.Compare(right, left));

    /// <summary>The statistics of a scope. The memory that it takes does not depend on the number of projects.</summary>
    /// <param name="projects">The projects that are offered, each with a file.</param>
    /// <param name="others">The other projects.</param>
    public static RepositoryStatistics Of(IEnumerable<ProjectFiles> projects, IEnumerable<ProjectFiles> others)
    {
        // Of each project the newest upload is cached, and a project without one of the newest of these has none of the newest files.
        var newest = new PriorityQueue<ProjectFiles, PackageFile>(MostUploads + 1, OldestFirst);
        var (count, files) = (0, 0);
        foreach (var project in projects)
        {
            count++;
            files += project.FileCount;
            newest.Enqueue(project, project.NewestUpload!); // a project that is offered has files
            if (newest.Count > MostUploads)
            {
                newest.Dequeue();
            }
        }

        return new RepositoryStatistics(
            count,
            files,
            [.. newest.UnorderedItems.SelectMany(item => item.Element.NewestUploads(MostUploads)).Order(PackageFile.NewestFirst).Take(MostUploads)],
            [.. others.Where(IsQuarantined).OrderBy(project => project.Name).Take(MostQuarantined)]);
    }

    private static bool IsQuarantined(ProjectFiles project) =>
        project is { Record: { IsReadable: true, Status: StatusMarker.Quarantined }, Latest: not null };
}
