using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Counts and newest uploads of some projects.</summary>
/// <param name="Projects">How many projects.</param>
/// <param name="Files">How many files they have.</param>
/// <param name="NewestUploads">The files that were uploaded last, newest first.</param>
internal sealed record RepositoryStatistics(int Projects, int Files, IReadOnlyList<PackageFile> NewestUploads)
{
    /// <summary>How many uploads are listed.</summary>
    public const int MostUploads = 10;

    /// <summary>The statistics of projects, each with a file.</summary>
    public static RepositoryStatistics Of(ProjectFiles[] projects)
    {
        // Of each project the newest upload is cached, and a project without one of the newest of these has none of the newest files.
        var newest = projects.OrderBy(project => project.NewestUpload!, PackageFile.NewestFirst).Take(MostUploads) // a project that is offered has files
            .SelectMany(project => project.NewestUploads(MostUploads))
            .Order(PackageFile.NewestFirst)
            .Take(MostUploads);

        return new RepositoryStatistics(projects.Length, projects.Sum(project => project.FileCount), [.. newest]);
    }
}
