using Mono.Cecil;

namespace PyWharf.Unit.Architecture;

/// <summary>
/// Finds circles between sibling folders (namespaces): folders whose types use each other, directly or through other siblings. A use between deeper
/// folders counts for the siblings below their common parent. Uses between a folder's own files and its subfolders are not considered.
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
    /// The siblings below the common parent; null if one namespace is the parent of the other, or there is no common parent (compiler-generated types).
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
