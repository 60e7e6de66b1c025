using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>
/// The administrative state of a project: its status, yanks, and deleted files. Immutable.
/// </summary>
public sealed record ProjectRecord
{
    /// <summary>The maximum number of characters of a reason.</summary>
    public const int MaxReasonLength = 1000;

    // Lookups, created on demand. A copy by «with» keeps them, so Find compares the names that they were created from.
    private FilesByIdentity<string>? _yanked;
    private FilesByIdentity<Deletion>? _deleted;

    /// <summary>The record of a project without changes: active, without yanks and deletions.</summary>
    public static ProjectRecord Empty { get; } = new();

    /// <summary>Stands for a record that exists but can't be read: the project is closed, nothing is offered or accepted.</summary>
    public static ProjectRecord Unreadable { get; } = new() { IsReadable = false };

    /// <summary>Whether the record could be read. If not, the other properties have no meaning.</summary>
    public bool IsReadable { get; private init; } = true;

    /// <summary>Its status.</summary>
    public StatusMarker Status { get; init; }

    /// <summary>A human-readable reason of the status; null if there is none.</summary>
    public string? StatusReason { get; init; }

    /// <summary>Versions that are yanked with all their files, including future ones; with the reason, which may be empty.</summary>
    public ImmutableSortedDictionary<PackageVersion, string> YankedVersions { get; init; } = ImmutableSortedDictionary<PackageVersion, string>.Empty;

    /// <summary>Yanked file names with the reason, which may be empty. Each applies to all spellings of the file name.</summary>
    public ImmutableSortedDictionary<string, string> YankedFiles { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Deleted file names. Files of these names are not offered, even if the storage has them, and are not accepted again in any spelling of the
    /// name.
    /// </summary>
    public ImmutableSortedDictionary<string, Deletion> Deleted { get; init; } = ImmutableSortedDictionary.Create<string, Deletion>(StringComparer.Ordinal);

    /// <summary>Versions deleted as a whole, and when. No file of them is offered or accepted, including new ones.</summary>
    public ImmutableSortedDictionary<PackageVersion, DateTimeOffset> DeletedVersions { get; init; } = ImmutableSortedDictionary<PackageVersion, DateTimeOffset>.Empty;

    /// <summary>Whether the record equals <see cref="Empty"/>.</summary>
    public bool IsEmpty =>
        IsReadable
        && Status == StatusMarker.Active
        && StatusReason is null
        && YankedVersions.IsEmpty
        && YankedFiles.IsEmpty
        && Deleted.IsEmpty
        && DeletedVersions.IsEmpty;

    /// <summary>The yank reason of a file, which may be empty (PEP 592); null if it is not yanked.</summary>
    public string? YankOf(DistributionFilename filename) =>
        YankedFiles.TryGetValue(filename.ToString(), out var reason) ? reason
        : Find(ref _yanked, YankedFiles, filename) is { } entry ? entry.Value
        : filename.Version is { } version && YankedVersions.TryGetValue(version, out reason) ? reason
        : null;

    /// <summary>A copy in which a file is yanked or unyanked, in all spellings of its name.</summary>
    /// <param name="filename">One of its names.</param>
    /// <param name="reason">The reason, which may be empty; null unyanks.</param>
    public ProjectRecord WithYank(DistributionFilename filename, string? reason)
    {
        var yanked = YankedFiles.Remove(filename.ToString());
        while (Find(ref _yanked, yanked, filename) is { } entry)
        {
            yanked = yanked.Remove(entry.Key);
        }

        return this with { YankedFiles = reason is null ? yanked : yanked.Add(filename.ToString(), reason) };
    }

    /// <summary>Whether the file of exactly this name is deleted, by itself or with its version.</summary>
    public bool IsDeleted(DistributionFilename filename) =>
        Deleted.ContainsKey(filename.ToString()) || (filename.Version is { } version && DeletedVersions.ContainsKey(version));

    /// <summary>Why a file of this name can't be published; null if it can.</summary>
    public Failure? RefusalOf(DistributionFilename filename)
    {
        if (UnreadableOf(filename.Project) is { } unreadable)
        {
            return unreadable;
        }

        if (Status is StatusMarker.Archived or StatusMarker.Quarantined)
        {
            var why = StatusReason is null ? "" : $" ({StatusReason})";

            return new Failure(
                FailureKind.Forbidden, $"The project {filename.Project} is {Status.Text()}{why}: it takes no uploads until its status is changed.");
        }

        var deleted = Deleted.ContainsKey(filename.ToString()) ? filename.ToString() : Find(ref _deleted, Deleted, filename)?.Key;
        if (deleted is null && filename.Version is { } version && DeletedVersions.ContainsKey(version))
        {
            deleted = $"version {version}";
        }

        return deleted is null ? null : new Failure(
            FailureKind.Conflict, $"File already exists: {deleted} was deleted, and what was deleted never comes back under any name. Upload a new version.");
    }

    /// <summary>The failure for all requests to the project if its record can't be read; null if it can.</summary>
    public Failure? UnreadableOf(ProjectName project) => IsReadable
        ? null
        : new Failure(
            FailureKind.Unavailable,
            $"What the storage says about the project {project} can't be read, so nothing of it is offered or taken: the server's log says what its operator has to mend.",
            TimeSpan.FromSeconds(5));

    /// <summary>Compares the content of the collections.</summary>
    public bool Equals(ProjectRecord? other) =>
        other is not null
        && IsReadable == other.IsReadable
        && Status == other.Status
        && StatusReason == other.StatusReason
        && YankedVersions.SequenceEqual(other.YankedVersions)
        && YankedFiles.SequenceEqual(other.YankedFiles)
        && Deleted.SequenceEqual(other.Deleted)
        && DeletedVersions.SequenceEqual(other.DeletedVersions);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(IsReadable, Status, StatusReason, YankedVersions.Count, YankedFiles.Count, Deleted.Count, DeletedVersions.Count);

    /// <summary>The entry for the file, by identity; null if there is none.</summary>
    private static KeyValuePair<string, T>? Find<T>(
        ref FilesByIdentity<T>? made, ImmutableSortedDictionary<string, T> names, DistributionFilename filename)
        where T : class
    {
        if (names.IsEmpty)
        {
            return null;
        }

        var current = made;
        if (current is null || current.Names != names)
        {
            made = current = new FilesByIdentity<T>(names, filename.Project);
        }

        return current.Find(filename.Identity);
    }
}
