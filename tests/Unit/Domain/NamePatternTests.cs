using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public class NamePatternTests
{
    [Theory]
    [InlineData("acme-*", "acme-lib", true)]
    [InlineData("acme-*", "Acme_.Lib", true)]
    [InlineData("Acme_*", "acme-lib", true)]
    [InlineData("ACME.-_*", "acme-lib", true)]
    [InlineData("acme-*", "acme", false)]
    [InlineData("acme-*", "acmelib", false)]
    [InlineData("acme-*", "my-acme-lib", false)]
    [InlineData("acme*", "acme", true)]
    [InlineData("*acme*", "my-acme-lib", true)]
    [InlineData("acme", "acme", true)]
    [InlineData("acme", "acme2", false)]
    [InlineData("acme-?", "acme-x", true)]
    [InlineData("acme-?", "acme-xy", false)]
    [InlineData("a?me", "acme", true)]
    [InlineData("a?me", "ame", false)]
    [InlineData("*", "anything", true)]
    [InlineData("**", "anything", true)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "abcd", false)]
    [InlineData("*-internal", "x-internal", true)]
    public void A_pattern_stands_for_names_however_either_is_spelled(string text, string name, bool expected)
    {
        Assert.True(NamePattern.TryParse(text, out var pattern, out _));
        Assert.True(ProjectName.TryParse(name, out var project));

        Assert.Equal(expected, pattern.Matches(project));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("-acme", "begins and ends")]
    [InlineData("-*", "begins and ends")]
    [InlineData("_acme*", "begins and ends")]
    [InlineData("acme-", "begins and ends")]
    [InlineData("*.", "begins and ends")]
    [InlineData("-", "begins and ends")]
    [InlineData("acme lib", "ASCII letters")]
    [InlineData("acme/*", "ASCII letters")]
    [InlineData("acm\u00e9", "ASCII letters")]
    [InlineData("[ab]cme", "ASCII letters")]
    [InlineData("acme\\*", "ASCII letters")]
    [InlineData("acme-*\n", "ASCII letters")]
    public void What_can_match_no_name_is_no_pattern(string text, string expected)
    {
        Assert.False(NamePattern.TryParse(text, out var pattern, out var problem));

        Assert.Null(pattern);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_has_an_end()
    {
        Assert.True(NamePattern.TryParse(new string('a', 255), out _, out _));
        Assert.False(NamePattern.TryParse(new string('a', 256), out _, out var problem));
        Assert.Contains("255", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Spellings_of_one_pattern_are_equal()
    {
        Assert.True(NamePattern.TryParse("Acme__*", out var one, out _));
        Assert.True(NamePattern.TryParse("acme.**", out var other, out _));

        Assert.Equal(one, other);
        Assert.Equal("acme-*", one.ToString());
    }
}
