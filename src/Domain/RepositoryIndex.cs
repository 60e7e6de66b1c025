using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>
/// The index of one repository at one moment. Immutable: readers need no locks, and a change creates another index that shares all unchanged
/// projects.
/// </summary>
public sealed class RepositoryIndex
{
    // More are compared one by one, rather than kept in memory.
    private const int MostChanged = 1000;

    private readonly ImmutableDictionary<ProjectName, ProjectFiles> _projects;

    // Identifies this index to the one made from it, which must not keep it in memory.
    private readonly object _identity = new();
    private object? _previous;
    private IReadOnlyCollection<ProjectName> _changed = [];
    private OfferedProjects? _offered;

    private RepositoryIndex(long revision, DateTimeOffset modifiedAt, ImmutableDictionary<ProjectName, ProjectFiles> projects, int fileCount)
    {
        Revision = revision;
        ModifiedAt = modifiedAt;
        _projects = projects;
        FileCount = fileCount;
    }

    /// <summary>The index of an empty repository.</summary>
    public static RepositoryIndex Empty { get; } =
        new(0, DateTimeOffset.UnixEpoch, ImmutableDictionary<ProjectName, ProjectFiles>.Empty, 0);

    /// <summary>The revision of the newest change that it includes.</summary>
    public long Revision { get; }

    /// <summary>When the newest change was made.</summary>
    public DateTimeOffset ModifiedAt { get; }

    /// <summary>
    /// The projects that have files or a record, in no order.
    /// </summary>
    public IEnumerable<ProjectFiles> Projects => _projects.Values;

    /// <summary>The projects that offer files. Sorted at the first use; the indexes made from this one then cost no more than their changes.</summary>
    public OfferedProjects Offered => _offered ??= OfferedProjects.Of(_projects.Values);

    /// <summary>How many projects have files or a record.</summary>
    public int ProjectCount => _projects.Count;

    /// <summary>How many files they have.</summary>
    public int FileCount { get; }

    /// <summary>The project; null if it has neither files nor a record.</summary>
    public ProjectFiles? Find(ProjectName project) => _projects.GetValueOrDefault(project);

    /// <summary>
    /// The projects that may differ from those of an earlier index: a few if it is the one that this was made from, else found by comparing all.
    /// </summary>
    public IReadOnlyCollection<ProjectName> ChangedSince(RepositoryIndex earlier)
    {
        if (ReferenceEquals(this, earlier))
        {
            return [];
        }

        return ReferenceEquals(_previous, earlier._identity)
            ? _changed
            :
            [
                .. from project in _projects where earlier.Find(project.Key) != project.Value select project.Key,
                .. earlier._projects.Keys.Where(name => !_projects.ContainsKey(name)),
            ];
    }

    /// <summary>
    /// The index after the changes. The cost depends on the changes, not on the size of the index. Changes may be applied twice; those of an older
    /// revision throw, since they could restore removed files.
    /// </summary>
    public RepositoryIndex With(IndexChanges changes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(changes.Revision, Revision);

        var touched = new Dictionary<ProjectName, ImmutableDictionary<string, PackageFile>.Builder>();
        var records = new Dictionary<ProjectName, ProjectRecord>(changes.Records);

        foreach (var file in changes.Published)
        {
            FilesOf(file.Filename.Project)[file.Filename.ToString()] = file;
        }

        foreach (var removed in changes.Removed)
        {
            FilesOf(removed.Project).Remove(removed.Filename);
        }

        foreach (var project in records.Keys)
        {
            FilesOf(project);
        }

        var projects = _projects.ToBuilder();
        var fileCount = FileCount;
        foreach (var (name, files) in touched)
        {
            var before = _projects.GetValueOrDefault(name);
            fileCount += files.Count - (before?.ByFilename.Count ?? 0);
            var record = records.GetValueOrDefault(name) ?? before?.Record ?? ProjectRecord.Empty;
            if (files.Count == 0 && record.IsEmpty)
            {
                projects.Remove(name);
            }
            else
            {
                projects[name] = new ProjectFiles(before?.Name ?? name, files.ToImmutable(), record);
            }
        }

        foreach (var (name, taken) in changes.Projects)
        {
            fileCount += (taken?.ByFilename.Count ?? 0) - (projects.GetValueOrDefault(name)?.ByFilename.Count ?? 0);
            if (taken is null)
            {
                projects.Remove(name);
            }
            else
            {
                projects[name] = taken;
            }
        }

        var index = new RepositoryIndex(changes.Revision, changes.ModifiedAt, projects.ToImmutable(), fileCount);
        if (touched.Count + changes.Projects.Count <= MostChanged)
        {
            index._previous = _identity;
            index._changed = [.. touched.Keys, .. changes.Projects.Select(project => project.Key)];
            index._offered = _offered?.With(index._changed, index);
        }

        return index;

        ImmutableDictionary<string, PackageFile>.Builder FilesOf(ProjectName project)
        {
            if (!touched.TryGetValue(project, out var files))
            {
                files = (Find(project)?.ByFilename ?? ImmutableDictionary.Create<string, PackageFile>(StringComparer.Ordinal)).ToBuilder();
                touched.Add(project, files);
            }

            return files;
        }
    }
}
