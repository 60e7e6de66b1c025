using Mono.Cecil;

namespace PyWharf.Unit.Architecture;

/// <summary>
/// Circles between folders: two folders side by side whose types use each other, directly or by way of other folders beside them. A folder is a
/// namespace. A use between deeper folders counts for the folders below their common parent; one between a folder's own files and its subfolders
/// is no circle.
/// </summary>
internal static class FolderCircles
{
    /// <summary>One sentence for each use that is part of a circle.</summary>
    public static IEnumerable<string> Among(IEnumerable<TypeDefinition> types)
    {
        var uses = types.SelectMany(UsesOf).Distinct().ToList();
        var next = uses.ToLookup(use => use.From, use => use.To, StringComparer.Ordinal);

        return from use in uses
               where ReachableFrom(use.To, next).Contains(use.From)
               select $"{use.User} uses {use.Used}: {use.From} and {use.To} form a circle";
    }

    private static IEnumerable<Use> UsesOf(TypeDefinition type) =>
        from used in TypesUsed.By(type)
        where used.Scope == type.Scope
        let folders = SideBySide(Rules.NamespaceOf(type).Split('.'), Rules.NamespaceOf(used).Split('.'))
        where folders is not null
        select new Use(type.FullName, used.FullName, folders.Value.From, folders.Value.To);

    /// <summary>
    /// The different folders below the common parent; null where one of the namespaces is that parent, or there is none (types of the compiler).
    /// </summary>
    private static (string From, string To)? SideBySide(string[] from, string[] to)
    {
        var common = from.Zip(to).TakeWhile(pair => pair.First == pair.Second).Count();

        return common == 0 || common == from.Length || common == to.Length ? null : (string.Join('.', from[..(common + 1)]), string.Join('.', to[..(common + 1)]));
    }

    private static HashSet<string> ReachableFrom(string folder, ILookup<string, string> next)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var at))
        {
            foreach (var to in next[at].Where(reached.Add))
            {
                open.Push(to);
            }
        }

        return reached;
    }

    private sealed record Use(string User, string Used, string From, string To);
}
