using System.Text.RegularExpressions;

namespace PyWharf.Unit.Architecture;

/// <summary>The source tree, to check that a rule has seen all types.</summary>
internal static class Source
{
    private static readonly string Root = FindRoot();

    /// <summary>The C# files under <paramref name="folder"/>, a path relative to the root of the repository.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    /// <summary>How many class or record declarations under src name <paramref name="baseType"/> (a regular expression) among their bases.</summary>
    public static int ClassesDerivedFrom(string baseType)
    {
        var declaration = new Regex($@"^[^/\n]*\b(?:class|record)\s+\w[^{{;]*?:[^{{;]*?\b{baseType}", RegexOptions.Multiline);

        return Files("src").Sum(file => declaration.Count(File.ReadAllText(file)));
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "pywharf.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No pywharf.slnx above {AppContext.BaseDirectory}.");
    }
}
