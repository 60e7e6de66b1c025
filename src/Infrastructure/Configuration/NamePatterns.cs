using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>Reads a key whose value is a list of globs over project names.</summary>
internal static class NamePatterns
{
    private const int Most = 1000;

    /// <summary>Reads the patterns; none if the table lacks the key.</summary>
    /// <returns>The error of the first invalid pattern, with its position; null if all are valid.</returns>
    public static string? Read(RepositoryTable table, string key, out IReadOnlyList<NamePattern> patterns)
    {
        var read = new List<NamePattern>();
        patterns = read;
        if (!table.TryGetValue(key, out var value) || value.Content is not TomlArray elements)
        {
            return null;
        }

        if (elements.Count > Most)
        {
            return table.Problem($"\"{key}\" in [{table.Title}] has {elements.Count} patterns; at most {Most} are allowed", key);
        }

        foreach (var element in elements)
        {
            if (element.Content is not string text)
            {
                return table.Problem($"\"{key}\" in [{table.Title}] must hold strings only; found: {element.Kind}", element.Position);
            }

            if (!NamePattern.TryParse(text, out var pattern, out var problem))
            {
                return table.Problem($"\"{key}\" in [{table.Title}]: this pattern {problem}", element.Position);
            }

            read.Add(pattern);
        }

        return null;
    }
}
