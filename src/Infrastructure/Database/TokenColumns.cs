using System.Globalization;
using System.Net;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Database;

/// <summary>Values of tokens as text columns of a database.</summary>
internal static class TokenColumns
{
    private const string Day = "yyyy-MM-dd";

    /// <summary>Patterns of projects, separated by commas.</summary>
    public static string TextOf(ProjectScope scope) => string.Join(',', scope.Patterns);

    /// <summary>CIDR blocks, separated by commas; empty for anywhere.</summary>
    public static string TextOf(IReadOnlyList<IPNetwork> networks) => string.Join(',', networks);

    /// <summary>A day (ISO 8601).</summary>
    public static string TextOf(DateOnly day) => day.ToString(Day, CultureInfo.InvariantCulture);

    /// <summary>Reads a scope. Throws <see cref="FormatException"/> where a pattern is invalid.</summary>
    public static ProjectScope ScopeOf(string patterns) => patterns == "*" ? ProjectScope.All : new ProjectScope(Words(patterns).Select(word =>
        NamePattern.TryParse(word, out var pattern, out _) ? pattern : throw new FormatException("a row has an invalid pattern of projects")));

    /// <summary>Reads networks. Throws <see cref="FormatException"/> where one is invalid.</summary>
    public static IReadOnlyList<IPNetwork> NetworksOf(string networks) => [.. Words(networks).Select(IPNetwork.Parse)];

    /// <summary>Reads a day. Throws <see cref="FormatException"/> where it is invalid.</summary>
    public static DateOnly DayOf(string day) => DateOnly.ParseExact(day, Day, CultureInfo.InvariantCulture);

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
