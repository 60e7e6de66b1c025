using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>
/// The files of one project, with its record. Immutable: a change creates another object, so that anything derived from one (a page) stays valid
/// for it.
/// </summary>
public sealed class ProjectFiles
{
    private PackageFile? _latest;
    private PackageFile? _newestUpload;

    internal ProjectFiles(ProjectName name, ImmutableDictionary<string, PackageFile> byFilename, ProjectRecord record)
    {
        Name = name;
        ByFilename = byFilename;
        Record = record;
    }

    /// <summary>The project.</summary>
    public ProjectName Name { get; }

    /// <summary>Its record: status, yanks and deletions.</summary>
    public ProjectRecord Record { get; }

    /// <summary>
    /// Whether the project offers files. It does not if it is quarantined, its record can't be read, or all its files are deleted.
    /// </summary>
    public bool IsOffered => HasFiles && Record.IsReadable && Record.Status != StatusMarker.Quarantined;

    /// <summary>The failure for all requests if its record can't be read; null if it can.</summary>
    public Failure? Unreadable => Record.UnreadableOf(Name);

    /// <summary>
    /// A file of the latest version: the newest that installers take by default, else the newest of all. Null if there is no file.
    /// </summary>
    public PackageFile? Latest => _latest ??= FindLatest();

    /// <summary>The file that was uploaded last (<see cref="PackageFile.NewestFirst"/>); null if there is no file.</summary>
    public PackageFile? NewestUpload => _newestUpload ??= Existing().Min(PackageFile.NewestFirst);

    /// <summary>How many files there are.</summary>
    public int FileCount => HasDeletions ? Existing().Count() : ByFilename.Count;

    internal ImmutableDictionary<string, PackageFile> ByFilename { get; }

    private bool HasDeletions => !Record.Deleted.IsEmpty || !Record.DeletedVersions.IsEmpty;

    private bool HasFiles => HasDeletions ? Existing().Any() : !ByFilename.IsEmpty;

    /// <summary>Whether it has files of a version; of any version if that is null.</summary>
    public bool Has(PackageVersion? version) => version is null ? HasFiles : Existing().Any(file => version.Equals(file.Filename.Version));

    /// <summary>The file of exactly this name, or null.</summary>
    public PackageFile? Find(string filename) =>
        ByFilename.GetValueOrDefault(filename) is { } file && !Record.IsDeleted(file.Filename) ? file : null;

    /// <summary>Files that are deleted, but still in the storage or just removed.</summary>
    public IEnumerable<PackageFile> Deleted => ByFilename.Values.Where(file => Record.IsDeleted(file.Filename));

    /// <summary>The files sorted by version, oldest first, then by name; legacy files without a version come first.</summary>
    public IReadOnlyList<PackageFile> InOrder()
    {
        var files = Existing().ToArray();
        Array.Sort(files, static (left, right) =>
        {
            var byVersion = Comparer<PackageVersion?>.Default.Compare(left.Filename.Version, right.Filename.Version);

            return byVersion != 0
                ? byVersion
                : string.CompareOrdinal(left.Filename.ToString(), right.Filename.ToString());
        });

        return files;
    }

    /// <summary>Whether one of its files was uploaded until then. A file of unknown time was not.</summary>
    public bool ExistedAt(DateTimeOffset moment) => Existing().Any(file => file.UploadedAt <= moment);

    /// <summary>The project with the files that were uploaded until then and still exist. Its record is as it is now.</summary>
    public ProjectFiles At(DateTimeOffset moment) =>
        new(Name, ByFilename.RemoveRange(ByFilename.Where(file => !(file.Value.UploadedAt <= moment)).Select(file => file.Key)), Record);

    /// <summary>The files that were uploaded last, newest first.</summary>
    public IEnumerable<PackageFile> NewestUploads(int count) => Existing().Order(PackageFile.NewestFirst).Take(count);

    private IEnumerable<PackageFile> Existing() => HasDeletions ? ByFilename.Values.Where(file => !Record.IsDeleted(file.Filename)) : ByFilename.Values;

    private PackageFile? FindLatest() => Existing().Max(Comparer<PackageFile>.Create((left, right) =>
        (Record.YankOf(left.Filename) is null).CompareTo(Record.YankOf(right.Filename) is null) is not 0 and var byYank ? byYank
        : IsFinal(left).CompareTo(IsFinal(right)) is not 0 and var byPhase ? byPhase
        : Comparer<PackageVersion?>.Default.Compare(left.Filename.Version, right.Filename.Version) is not 0 and var byVersion ? byVersion
        : string.CompareOrdinal(left.Filename.ToString(), right.Filename.ToString())));

    private static bool IsFinal(PackageFile file) => file.Filename.Version is { IsPrerelease: false };
}
