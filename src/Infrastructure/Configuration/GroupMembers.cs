using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary><c>members</c> in the table of a group: the repositories that it is a view of.</summary>
internal static class GroupMembers
{
    /// <summary>The key, which makes a table that of a group.</summary>
    public static ConfigKey Key { get; } = ConfigKey.RepositoryNames("members", "the repositories that it shows; a project is that of the first one that has it");

    /// <summary>Reads the names, and reports those that can't be names of members, wherever in the document their tables are.</summary>
    /// <param name="table">The table of the group.</param>
    /// <param name="isGroup">Whether the document has a repository of a name, and whether that is a group; null if it has none.</param>
    /// <param name="known">The names of the document, for spelling mistakes.</param>
    public static IReadOnlyList<RepositoryName> Read(RepositoryTable table, Func<RepositoryName, bool?> isGroup, IEnumerable<RepositoryName> known)
    {
        var read = new List<RepositoryName>();
        if (!table.TryGetValue(Key.Name, out var value) || value.Content is not TomlArray elements)
        {
            return read;
        }

        if (elements.Count == 0)
        {
            table.Report($"\"{Key.Name}\" in [{table.Name}] is empty: a group has at least one member", Key.Name);
        }

        foreach (var element in elements)
        {
            if (Read(element, out var name) is { } wrong)
            {
                table.Report($"\"{Key.Name}\" in [{table.Name}]: {wrong}", element.Position);
            }
            else if (ProblemOf(name!, table.Name, read, isGroup, known) is { } problem)
            {
                table.Report($"\"{Key.Name}\" in [{table.Name}]: {problem}", element.Position);
            }
            else
            {
                read.Add(name!);
            }
        }

        return read;
    }

    private static string? Read(TomlValue element, out RepositoryName? name)
    {
        name = null;

        return element.Content is not string text ? $"a member is the name of a repository; found: {element.Kind}"
            : RepositoryName.TryParse(text, out name, out var sentence) ? null
            : sentence;
    }

    private static string? ProblemOf(
        RepositoryName name, RepositoryName group, IReadOnlyList<RepositoryName> read, Func<RepositoryName, bool?> isGroup, IEnumerable<RepositoryName> known)
    {
        if (name == group)
        {
            return "a group is no member of itself";
        }

        if (read.Contains(name))
        {
            return $"[{name}] is named twice";
        }

        return isGroup(name) switch
        {
            true => $"[{name}] is a group, and groups are no members of groups: name its members",
            false => null,
            _ => $"there is no repository [{name}]" + (ClosestName.To(name.ToString(), known.Select(other => other.ToString())) is { } meant ? $"; did you mean [{meant}]?" : ""),
        };
    }
}
