using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>Reads a key whose value is a list of globs over project names.</summary>
internal static class NamePatterns
{
    private const int Most = 1000;

    /// <summary>Reads the patterns; none if the table lacks the key.</summary>
    public static IReadOnlyList<NamePattern> Read(RepositoryTable table, string key)
    {
        var read = new List<NamePattern>();
        if (!table.TryGetValue(key, out var value) || value.Content is not TomlArray elements)
        {
            return read;
        }

        if (elements.Count > Most)
        {
            table.Report($"\"{key}\" in [{table.Title}] has {elements.Count} patterns; at most {Most} are allowed", key);

            return read;
        }

        foreach (var element in elements)
        {
            if (element.Content is not string text)
            {
                table.Report($"\"{key}\" in [{table.Title}] must hold strings only; found: {element.Kind}", element.Position);
            }
            else if (!NamePattern.TryParse(text, out var pattern, out var problem))
            {
                table.Report($"\"{key}\" in [{table.Title}]: this pattern {problem}", element.Position);
            }
            else
            {
                read.Add(pattern);
            }
        }

        return read;
    }
}
