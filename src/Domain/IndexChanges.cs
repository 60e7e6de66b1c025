namespace PyWharf.Domain;

/// <summary>What became of an index between two of its revisions.</summary>
/// <param name="Revision">The revision reached; grows with each change, whichever process made it.</param>
/// <param name="ModifiedAt">When the newest change was made.</param>
/// <param name="Published">Files that came or changed.</param>
/// <param name="Removed">Files that are gone.</param>
/// <param name="Records">The newest record of each project about which something was decided.</param>
public sealed record IndexChanges(
    long Revision,
    DateTimeOffset ModifiedAt,
    IReadOnlyList<PackageFile> Published,
    IReadOnlyList<RemovedFile> Removed,
    IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>> Records)
{
    /// <summary>Whether this is all that there is, and not what came to the index before: of that nothing stays.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>A file that an index no longer has.</summary>
public sealed record RemovedFile(ProjectName Project, string Filename);
