namespace PyWharf.Infrastructure.Configuration;

/// <summary>Which known name a mistyped one was meant to be.</summary>
internal static class Nearest
{
    /// <summary>The known name at most a third of which is mistyped; null where there is none.</summary>
    public static string? To(string typed, IEnumerable<string> known) => known
        .Where(name => Math.Abs(name.Length - typed.Length) <= Tolerance(name))
        .Select(name => (Name: name, Distance: Distance(typed.ToLowerInvariant(), name)))
        .Where(candidate => candidate.Distance <= Tolerance(candidate.Name))
        .OrderBy(candidate => candidate.Distance)
        .FirstOrDefault().Name;

    private static int Tolerance(string name) => Math.Max(1, name.Length / 3);

    /// <summary>How many characters to insert, delete and replace to get from one to the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        foreach (var character in from)
        {
            var diagonal = row[0]++;
            for (var i = 1; i <= to.Length; i++)
            {
                var replaced = diagonal + (character == to[i - 1] ? 0 : 1);
                diagonal = row[i];
                row[i] = Math.Min(replaced, Math.Min(row[i], row[i - 1]) + 1);
            }
        }

        return row[^1];
    }
}
