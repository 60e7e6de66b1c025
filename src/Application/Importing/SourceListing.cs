using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>The files of a project of a source, with what people decided about it there.</summary>
/// <param name="Project">The project; null for files of several projects, or of none.</param>
/// <param name="Files">Its files.</param>
public sealed record SourceListing(ProjectName? Project, IReadOnlyList<SourceFile> Files)
{
    /// <summary>The status (PEP 792).</summary>
    public StatusMarker Status { get; init; }

    /// <summary>The reason of the status; null if there is none.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The versions that are yanked with all their files, with the reason, which may be empty.</summary>
    public IReadOnlyCollection<KeyValuePair<PackageVersion, string>> YankedVersions { get; init; } = [];

    /// <summary>The files of a project that has a record of ours, with what that says of all of them.</summary>
    public static SourceListing Of(ProjectName project, ProjectRecord record, IReadOnlyList<SourceFile> files) => new(project, files)
    {
        Status = record.Status,
        StatusReason = record.StatusReason,
        YankedVersions = record.YankedVersions,
    };
}
