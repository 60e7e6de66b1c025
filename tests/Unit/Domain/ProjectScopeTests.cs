using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class ProjectScopeTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("*", "*")]
    [InlineData("*", "a*b?")]
    [InlineData("a*", "a")]
    [InlineData("a*", "a*")]
    [InlineData("a*", "a*b*")]
    [InlineData("a*", "a?")]
    [InlineData("a*b*", "aab*c*b*")]
    [InlineData("*-lib", "acme-*-lib")]
    [InlineData("a?", "ab")]
    [InlineData("a?", "a?")]
    [InlineData("a?*", "ab*")]
    public void A_pattern_includes_those_that_match_no_more(string wide, string narrow) => Assert.True(PatternOf(wide).Includes(PatternOf(narrow)));

    [Theory]
    [InlineData("a", "*")]
    [InlineData("a", "b")]
    [InlineData("a", "a*")]
    [InlineData("a?", "a*")]
    [InlineData("a?", "a")]
    [InlineData("a?b", "a*b")]
    [InlineData("a*b", "a*")]
    [InlineData("a*b", "a*b*")]
    [InlineData("?", "*")]
    [InlineData("a*", "*a*")]
    [InlineData("billing-*", "billing*")]
    [InlineData("b?", "??")]
    public void A_pattern_does_not_include_those_that_match_more(string narrow, string wide) => Assert.False(PatternOf(narrow).Includes(PatternOf(wide)));

    [Fact]
    public void What_a_pattern_includes_it_matches()
    {
        string[] alphabet = ["a", "b", "*", "?"];
        var patterns = Words(alphabet, 4).Select(PatternOf).Distinct().ToList();
        var names = Words(["a", "b"], 6).Select(NameOf).ToList();
        var matched = patterns.ToDictionary(pattern => pattern, pattern => names.Where(pattern.Matches).ToHashSet());

        var included = 0;
        foreach (var wide in patterns)
        {
            foreach (var narrow in patterns.Where(wide.Includes))
            {
                Assert.Subset(matched[wide], matched[narrow]);
                included++;
            }
        }

        Assert.InRange(included, patterns.Count, patterns.Count * patterns.Count);
    }

    [Fact]
    public void A_scope_includes_another_pattern_by_pattern()
    {
        var scope = ScopeOf("billing", "shared-*");

        Assert.True(scope.Includes(ScopeOf("billing")));
        Assert.True(scope.Includes(ScopeOf("shared-a*", "billing")));
        Assert.False(scope.Includes(ScopeOf("shared-a", "other")));
        Assert.False(scope.Includes(ProjectScope.All));
        Assert.True(ProjectScope.All.Includes(scope));
    }

    private static IEnumerable<string> Words(string[] alphabet, int longest) =>
        Enumerable.Range(1, longest).SelectMany(length => Enumerable.Range(0, length).Aggregate<int, IEnumerable<string>>([""], (words, _) => words.SelectMany(word => alphabet.Select(letter => word + letter))));

    private static ProjectScope ScopeOf(params string[] patterns) => new(patterns.Select(PatternOf));

    private static NamePattern PatternOf(string text) => NamePattern.TryParse(text, out var pattern, out _) ? pattern : throw new FormatException(text);

    private static ProjectName NameOf(string text) => ProjectName.TryParse(text, out var name) ? name : throw new FormatException(text);
}
