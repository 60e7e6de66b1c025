using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.Groups;

/// <summary>The indexes of a group's members at one moment, in the order of the members. Immutable.</summary>
/// <remarks>
/// A project is that of the first member that has it, files or a record: an internal name stays with its repository also after all its files were deleted
/// (dependency confusion). Files of several members are never merged.
/// </remarks>
internal sealed class GroupIndex(IReadOnlyList<RepositoryIndex> members)
{
    /// <summary>Increases with each change of a member, whose revisions do.</summary>
    public long Revision { get; } = members.Sum(member => member.Revision);

    /// <summary>Everything, for a group that has no index yet.</summary>
    public IndexChanges All() => Changes(members.SelectMany(member => member.Projects.Select(project => project.Name)), earlier: null) with { IsWhole = true };

    /// <summary>What differs from an earlier moment. Its cost depends on the changes where members changed once.</summary>
    public IndexChanges ChangesSince(GroupIndex earlier) =>
        Changes(members.Zip(earlier.Members, (now, before) => now.ChangedSince(before)).SelectMany(names => names), earlier);

    private IReadOnlyList<RepositoryIndex> Members => members;

    private IndexChanges Changes(IEnumerable<ProjectName> names, GroupIndex? earlier) => new(Revision, members.Max(member => member.ModifiedAt), [], [], [])
    {
        Projects =
        [
            .. from name in names.Distinct()
               let project = Find(name)
               where earlier is null || earlier.Find(name) != project
               select KeyValuePair.Create(name, project),
        ],
    };

    private ProjectFiles? Find(ProjectName name) => members.Select(member => member.Find(name)).FirstOrDefault(project => project is not null);
}
