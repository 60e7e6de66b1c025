using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>The table of GitHub's traps names existing tests.</summary>
public sealed partial class TrapTableTests
{
    private const string UnitPrefix = "Unit:";

    private static readonly string[][] Rows =
    [
        .. File.ReadAllLines(RepositoryRoot.At("tests", "Integration", "GitHub", "traps.md"))
            .Where(line => line.StartsWith('|'))
            .Skip(2) // what the columns are called, and the rule below it
            .Select(line => line.Trim('|', ' ').Split(" | ")),
    ];

    // The unit tests are another program, so that their sources have to tell.
    private static readonly Dictionary<string, string> UnitTests = Directory
        .EnumerateFiles(RepositoryRoot.At("tests", "Unit", "Infrastructure", "GitHub"), "*.cs", SearchOption.AllDirectories)
        .GroupBy(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText)
        .ToDictionary(files => files.Key, string.Concat);

    [Fact]
    public void Each_row_is_a_section_a_trap_a_reaction_and_its_tests() => Assert.All(Rows, row =>
    {
        Assert.Equal(4, row.Length);
        Assert.All(row, cell => Assert.False(string.IsNullOrWhiteSpace(cell)));
        Assert.Equal(row[3], string.Join(", ", TestsOf(row).Select(test => $"`{test}`")));
    });

    [Fact]
    public void Each_section_has_its_traps_in_order()
    {
        var sections = Rows.Select(row => int.Parse(row[0])).ToList();

        Assert.Equal(Enumerable.Range(1, 9), sections.Distinct());
        Assert.Equal(sections.Order(), sections);
    }

    [Fact]
    public void No_trap_stands_twice_and_no_row_names_a_test_twice()
    {
        Assert.Equal(Rows.Length, Rows.Select(row => (row[0], row[1])).Distinct().Count());
        Assert.All(Rows, row => Assert.Equal(TestsOf(row).Distinct(), TestsOf(row)));
    }

    [Fact]
    public void Each_trap_has_a_test() => Assert.All(Rows, row => Assert.NotEmpty(TestsOf(row)));

    [Fact]
    public void Each_test_that_is_named_is_there() => Assert.All(Rows.SelectMany(TestsOf).Distinct(), test => Assert.True(IsThere(test), test));

    private static List<string> TestsOf(string[] row) => [.. NameOfTest().Matches(row[^1]).Select(match => match.Groups["test"].Value)];

    private static bool IsThere(string test)
    {
        if (test.StartsWith(UnitPrefix, StringComparison.Ordinal))
        {
            var (file, method) = (test[UnitPrefix.Length..].Split('.')[0], test.Split('.')[1]);

            return UnitTests.TryGetValue(file, out var source)
                && Regex.IsMatch(source, $@"\bclass {file}\b")
                && Regex.IsMatch(source, $@"^    public (async Task|Task|void) {method}\(", RegexOptions.Multiline);
        }

        var (type, name) = (test.Split('.')[0], test.Split('.')[1]);

        return typeof(TrapTableTests).Assembly.GetTypes()
            .Where(candidate => candidate.Name == type && candidate is { IsPublic: true, IsAbstract: false })
            .SelectMany(candidate => candidate.GetMethods())
            .Any(candidate => candidate.Name == name && Attribute.IsDefined(candidate, typeof(FactAttribute)));
    }

    [GeneratedRegex(@"`(?<test>(Unit:)?\w+\.\w+)`")]
    private static partial Regex NameOfTest();
}
