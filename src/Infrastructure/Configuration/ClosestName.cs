namespace PyWharf.Infrastructure.Configuration;

/// <summary>Finds the known name that a mistyped one probably means, for "did you mean".</summary>
internal static class ClosestName
{
    /// <summary>The known name that is closest to <paramref name="typed"/>; null if none is close enough.</summary>
    public static string? To(string typed, IEnumerable<string> known)
    {
        var best = known
            .Select(name => (Name: name, Distance: Distance(typed, name)))
            .Where(candidate => IsNear(typed, candidate.Name, candidate.Distance))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name;
    }

    private static bool IsNear(string typed, string name, int distance) =>
        distance <= Math.Max(1, name.Length / 2)
        || (typed.Length > 2 && name.Contains(typed, StringComparison.OrdinalIgnoreCase))
        || (name.Length > 2 && distance < int.MaxValue && typed.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The number of edits from one to the other; two adjacent letters swapped are one edit (optimal string alignment distance).</summary>
    private static int Distance(string typed, string name)
    {
        // The cost is the product of the lengths. No known name is that long.
        if (typed.Length > 100)
        {
            return int.MaxValue;
        }

        var rows = new int[typed.Length + 1, name.Length + 1];
        for (var i = 0; i <= typed.Length; i++)
        {
            for (var j = 0; j <= name.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var change = char.ToLowerInvariant(typed[i - 1]) == name[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(rows[i - 1, j - 1] + change, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && typed[i - 1] == name[j - 2] && typed[i - 2] == name[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[typed.Length, name.Length];
    }
}
