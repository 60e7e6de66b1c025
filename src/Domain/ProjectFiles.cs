using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>
/// The files of one project, and what was decided about it. Immutable: a change makes another object, so whatever was made from one
/// (a page) fits it for ever.
/// </summary>
public sealed class ProjectFiles
{
    private PackageFile? _latest;

    internal ProjectFiles(ProjectName name, ImmutableDictionary<string, PackageFile> byFilename, ProjectRecord record)
    {
        Name = name;
        ByFilename = byFilename;
        Record = record;
    }

    /// <summary>The project.</summary>
    public ProjectName Name { get; }

    /// <summary>What was decided about it.</summary>
    public ProjectRecord Record { get; }

    /// <summary>
    /// Whether there is a file to be had: a quarantined project offers none, nor does one whose record can't be read, and deleting leaves a project
    /// without.
    /// </summary>
    public bool IsOffered => Latest is not null && Record.IsReadable && Record.Status != StatusMarker.Quarantined;

    /// <summary>What who asks for anything of it is told where it is not known what was decided about it; null where it is.</summary>
    public Failure? Unreadable => Record.UnreadableOf(Name);

    /// <summary>
    /// A file of the version that stands for the project: the newest that installers take by default, else the newest of all. Null when
    /// there is no file.
    /// </summary>
    public PackageFile? Latest => _latest ??= FindLatest();

    internal ImmutableDictionary<string, PackageFile> ByFilename { get; }

    /// <summary>The file of exactly this name, or null.</summary>
    public PackageFile? Find(string filename) =>
        ByFilename.GetValueOrDefault(filename) is { } file && !Record.IsDeleted(file.Filename) ? file : null;

    /// <summary>What the storage has, or had a moment ago, and is deleted.</summary>
    public IEnumerable<PackageFile> Deleted => ByFilename.Values.Where(file => Record.IsDeleted(file.Filename));

    /// <summary>Oldest version first, files of one version by name; a legacy file without a version comes before all.</summary>
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

    private IEnumerable<PackageFile> Existing() =>
        Record.Deleted.IsEmpty && Record.DeletedVersions.IsEmpty ? ByFilename.Values : ByFilename.Values.Where(file => !Record.IsDeleted(file.Filename));

    private PackageFile? FindLatest() => Existing()
        .OrderBy(file => Record.YankOf(file.Filename) is null)
        .ThenBy(file => file.Filename.Version is { IsPrerelease: false })
        .ThenBy(file => file.Filename.Version)
        .ThenBy(file => file.Filename.ToString(), StringComparer.Ordinal)
        .LastOrDefault();
}
