namespace PyWharf.Domain;

/// <summary>The changes of an index between two revisions.</summary>
/// <param name="Revision">The revision after the changes; increases with each change of any process.</param>
/// <param name="ModifiedAt">When the newest change was made.</param>
/// <param name="Published">Files that were added or changed.</param>
/// <param name="Removed">Files that were removed.</param>
/// <param name="Records">The new records of projects whose record changed.</param>
public sealed record IndexChanges(
    long Revision,
    DateTimeOffset ModifiedAt,
    IReadOnlyList<PackageFile> Published,
    IReadOnlyList<RemovedFile> Removed,
    IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>> Records)
{
    /// <summary>Projects that are taken from another index as they are there, applied after everything else; null for one that is gone.</summary>
    public IReadOnlyList<KeyValuePair<ProjectName, ProjectFiles?>> Projects { get; init; } = [];

    /// <summary>Whether this is the whole index rather than a difference: the index before is discarded.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>A file that an index no longer has.</summary>
public sealed record RemovedFile(ProjectName Project, string Filename);
