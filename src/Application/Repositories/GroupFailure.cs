using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Failures of requests to change a group.</summary>
public static class GroupFailure
{
    /// <summary>A group takes no uploads, and its projects are managed in its members.</summary>
    public static Failure ReadOnly(Repository group) => ReadOnly(group.Name, group.Members.Select(member => member.Name));

    /// <summary>The same, by name.</summary>
    public static Failure ReadOnly(RepositoryName group, IEnumerable<RepositoryName> members) => new(
        FailureKind.NotAllowed, $"{group} is a group, which is read only: upload to one of its members, and manage projects there: {string.Join(", ", members)}.");
}
