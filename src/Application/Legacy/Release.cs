using PyWharf.Domain;

namespace PyWharf.Application.Legacy;

/// <summary>The files of one version, by name; there is at least one.</summary>
internal sealed record Release(PackageVersion Version, IReadOnlyList<PackageFile> Files)
{
    /// <summary>The file that speaks for the version: a wheel, if there is one whose metadata was read, else what it is built from.</summary>
    public PackageFile RepresentativeFile =>
        Files.FirstOrDefault(file => file.MetadataSha256 is not null)
        ?? Files.FirstOrDefault(file => file.Filename.Kind == DistributionKind.Sdist)
        ?? Files[0];

    /// <summary>Every version of a project, oldest first. A legacy file that names no version is in none.</summary>
    public static IReadOnlyList<Release> AllOf(ProjectFiles project) =>
    [
        .. from files in project.InOrder().GroupBy(file => file.Filename.Version)
           where files.Key is not null
           select new Release(files.Key, [.. files]),
    ];
}
