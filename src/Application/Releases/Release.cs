using System.Runtime.CompilerServices;
using PyWharf.Domain;

namespace PyWharf.Application.Releases;

/// <summary>The files of one version, by name; there is at least one.</summary>
public sealed record Release(PackageVersion Version, IReadOnlyList<PackageFile> Files)
{
    // Sorting a long list of files costs more than a page; the list goes with its project.
    private static readonly ConditionalWeakTable<ProjectFiles, IReadOnlyList<Release>> Known = [];

    /// <summary>The file whose metadata describes the version: a wheel whose metadata is known, else an sdist, else any file.</summary>
    public PackageFile RepresentativeFile =>
        Files.FirstOrDefault(file => file.MetadataSha256 is not null)
        ?? Files.FirstOrDefault(file => file.Filename.Kind == DistributionKind.Sdist)
        ?? Files[0];

    /// <summary>When its newest file was uploaded; null if that is not known of any.</summary>
    public DateTimeOffset? UploadedAt => Files.Max(file => file.UploadedAt);

    /// <summary>Every version of a project, oldest first. Legacy files without a version are left out.</summary>
    public static IReadOnlyList<Release> AllOf(ProjectFiles project) => Known.GetValue(project, Group);

    private static IReadOnlyList<Release> Group(ProjectFiles project) =>
    [
        .. from files in project.InOrder().GroupBy(file => file.Filename.Version)
           where files.Key is not null
           select new Release(files.Key, [.. files]),
    ];

    /// <summary>The reason for which the version is yanked, which may be empty; null unless all its files are.</summary>
    public string? YankIn(ProjectRecord record) => Files.All(file => record.YankOf(file.Filename) is not null) ? record.YankOf(Files[0].Filename) : null;
}
