using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>
/// What people decided about a project, apart from its files: its status, what of it is yanked, and which files were deleted. Immutable.
/// </summary>
public sealed record ProjectRecord
{
    /// <summary>Characters of a reason.</summary>
    public const int MaxReasonLength = 1000;

    // Made when they are first asked for. A copy with other names takes them along: they count for the names that they were made of.
    private FilesByIdentity<string>? _yanked;
    private FilesByIdentity<Deletion>? _deleted;

    /// <summary>Of a project about which nothing was ever decided.</summary>
    public static ProjectRecord Empty { get; } = new();

    /// <summary>Of a project of which it can't be read what was decided: it is known, and nothing of it is offered or taken.</summary>
    public static ProjectRecord Unreadable { get; } = new() { IsReadable = false };

    /// <summary>Whether it is known what was decided. Where not, nothing else here says anything.</summary>
    public bool IsReadable { get; private init; } = true;

    /// <summary>Its status.</summary>
    public StatusMarker Status { get; init; }

    /// <summary>Why it has that status, for a person; null when nobody said.</summary>
    public string? StatusReason { get; init; }

    /// <summary>Versions of which every file is yanked, also one that is yet to come; with the reason, which may be empty.</summary>
    public ImmutableSortedDictionary<PackageVersion, string> YankedVersions { get; init; } = ImmutableSortedDictionary<PackageVersion, string>.Empty;

    /// <summary>File names that are yanked, with the reason, which may be empty. Each stands for its file under every other name too.</summary>
    public ImmutableSortedDictionary<string, string> YankedFiles { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Names of deleted files. They are not offered, whatever the storage holds under them, and not taken again: under no other name of the same
    /// file either.
    /// </summary>
    public ImmutableSortedDictionary<string, Deletion> Deleted { get; init; } = ImmutableSortedDictionary.Create<string, Deletion>(StringComparer.Ordinal);

    /// <summary>Versions that were deleted as a whole, and when. No file of them is offered or taken, also one that they never had.</summary>
    public ImmutableSortedDictionary<PackageVersion, DateTimeOffset> DeletedVersions { get; init; } = ImmutableSortedDictionary<PackageVersion, DateTimeOffset>.Empty;

    /// <summary>Whether nothing is decided.</summary>
    public bool IsEmpty =>
        IsReadable
        && Status == StatusMarker.Active
        && StatusReason is null
        && YankedVersions.IsEmpty
        && YankedFiles.IsEmpty
        && Deleted.IsEmpty
        && DeletedVersions.IsEmpty;

    /// <summary>Why a file is yanked, which may be empty; null when it is not (PEP 592).</summary>
    public string? YankOf(DistributionFilename filename) =>
        YankedFiles.TryGetValue(filename.ToString(), out var reason) ? reason
        : Find(ref _yanked, YankedFiles, filename) is { } said ? said.Value
        : filename.Version is { } version && YankedVersions.TryGetValue(version, out reason) ? reason
        : null;

    /// <summary>The record in which a file is yanked, or is not any more, under every name that it has.</summary>
    /// <param name="filename">One of its names.</param>
    /// <param name="reason">Why, which may be empty; null takes it back.</param>
    public ProjectRecord WithYank(DistributionFilename filename, string? reason)
    {
        var yanked = YankedFiles.Remove(filename.ToString());
        while (Find(ref _yanked, yanked, filename) is { } said)
        {
            yanked = yanked.Remove(said.Key);
        }

        return this with { YankedFiles = reason is null ? yanked : yanked.Add(filename.ToString(), reason) };
    }

    /// <summary>Whether a file of this very name is deleted, by itself or with its version: it is not offered, whatever the storage has.</summary>
    public bool IsDeleted(DistributionFilename filename) =>
        Deleted.ContainsKey(filename.ToString()) || (filename.Version is { } version && DeletedVersions.ContainsKey(version));

    /// <summary>Why a file of this name can't be published; null when it can.</summary>
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

    /// <summary>What who asks for anything of the project is told where its record can't be read; null where it could.</summary>
    public Failure? UnreadableOf(ProjectName project) => IsReadable
        ? null
        : new Failure(
            FailureKind.Unavailable,
            $"What the storage says about the project {project} can't be read, so nothing of it is offered or taken: the server's log says what its operator has to mend.",
            TimeSpan.FromSeconds(5));

    /// <summary>By what it says, and not by which objects say it.</summary>
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

    /// <summary>What is said of the file under another name than this one; null where nothing is.</summary>
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
