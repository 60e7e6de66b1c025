using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>
/// What people decided about a project, apart from its files: its status, what of it is yanked, and which files were deleted. Immutable.
/// </summary>
public sealed record ProjectRecord
{
    /// <summary>Of a project about which nothing was ever decided.</summary>
    public static ProjectRecord Empty { get; } = new();

    /// <summary>Its status.</summary>
    public StatusMarker Status { get; init; }

    /// <summary>Why it has that status, for a person; null when nobody said.</summary>
    public string? StatusReason { get; init; }

    /// <summary>Versions of which every file is yanked, also one that is yet to come; with the reason, which may be empty.</summary>
    public ImmutableSortedDictionary<PackageVersion, string> YankedVersions { get; init; } = ImmutableSortedDictionary<PackageVersion, string>.Empty;

    /// <summary>File names that are yanked, with the reason, which may be empty.</summary>
    public ImmutableSortedDictionary<string, string> YankedFiles { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Names of deleted files. They are not offered, whatever the storage holds under them, and not taken again.</summary>
    public ImmutableSortedDictionary<string, Deletion> Deleted { get; init; } = ImmutableSortedDictionary.Create<string, Deletion>(StringComparer.Ordinal);

    /// <summary>Whether nothing is decided.</summary>
    public bool IsEmpty =>
        Status == StatusMarker.Active && StatusReason is null && YankedVersions.IsEmpty && YankedFiles.IsEmpty && Deleted.IsEmpty;

    /// <summary>Why a file is yanked, which may be empty; null when it is not (PEP 592).</summary>
    public string? YankOf(DistributionFilename filename) =>
        YankedFiles.TryGetValue(filename.ToString(), out var reason)
        || (filename.Version is { } version && YankedVersions.TryGetValue(version, out reason))
            ? reason
            : null;

    /// <summary>Why a file of this name can't be published; null when it can.</summary>
    public Failure? RefusalOf(DistributionFilename filename)
    {
        if (Status is StatusMarker.Archived or StatusMarker.Quarantined)
        {
            var why = StatusReason is null ? "" : $" ({StatusReason})";

            return new Failure(
                FailureKind.Forbidden, $"The project {filename.Project} is {Status.Text()}{why}: it takes no uploads until its status is changed.");
        }

        return Deleted.ContainsKey(filename.ToString())
            ? new Failure(
                FailureKind.Conflict, $"File already exists: {filename} was deleted, and the name of a deleted file is never used again. Upload a new version.")
            : null;
    }

    /// <summary>By what it says, and not by which objects say it.</summary>
    public bool Equals(ProjectRecord? other) =>
        other is not null
        && Status == other.Status
        && StatusReason == other.StatusReason
        && YankedVersions.SequenceEqual(other.YankedVersions)
        && YankedFiles.SequenceEqual(other.YankedFiles)
        && Deleted.SequenceEqual(other.Deleted);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Status, StatusReason, YankedVersions.Count, YankedFiles.Count, Deleted.Count);
}
