using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Upstream;

public sealed class UpstreamRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Left_Pad", "left-pad")]
    [InlineData("LEFT.PAD", "left__pad")]
    [InlineData("left-*", "Left.Pad")]
    [InlineData("*", "x")]
    public void Deny_matches_whatever_the_spelling(string pattern, string project)
    {
        var ruling = new UpstreamRules { Deny = [Pattern(pattern)] }.Against(Name(project));

        Assert.Equal("deny", ruling?.Rule);
        Assert.Contains($"deny = \"{Pattern(pattern)}\"", ruling?.Reason, StringComparison.Ordinal);
        Assert.Null(ruling?.Until);
    }

    [Fact]
    public void Allow_lets_pass_what_it_matches_and_nothing_if_it_is_empty()
    {
        var some = new UpstreamRules { Allow = [Pattern("Foo_*"), Pattern("bar")] };

        Assert.Null(some.Against(Name("FOO.baz")));
        Assert.Null(some.Against(Name("Bar")));
        Assert.Equal("allow", some.Against(Name("foo"))?.Rule);
        Assert.Equal("allow", new UpstreamRules { Allow = [] }.Against(Name("foo"))?.Rule);
        Assert.Null(UpstreamRules.None.Against(Name("foo")));
    }

    [Fact]
    public void Deny_wins_over_allow() =>
        Assert.Equal("deny", new UpstreamRules { Allow = [Pattern("foo")], Deny = [Pattern("fo*")] }.Against(Name("foo"))?.Rule);

    [Theory]
    [InlineData(-72 * 60, null)]
    [InlineData((-72 * 60) + 1, 1)]
    [InlineData(0, 72 * 60)]
    [InlineData(60, 73 * 60)]
    public void A_file_is_old_enough_at_the_very_end_of_the_cooldown_and_the_future_is_too_young(int uploadedInMinutes, int? offeredInMinutes)
    {
        var rules = new UpstreamRules { MinAge = TimeSpan.FromDays(3) };

        var ruling = rules.Against(Name("foo"), "foo-1.whl", Now.AddMinutes(uploadedInMinutes), Now);

        Assert.Equal(offeredInMinutes is { } minutes ? Now.AddMinutes(minutes) : null, ruling?.Until);
        Assert.Equal(offeredInMinutes is null ? null : "min_age", ruling?.Rule);
    }

    [Fact]
    public void A_file_of_unknown_age_is_too_young_and_nobody_knows_until_when()
    {
        var rules = new UpstreamRules { MinAge = TimeSpan.FromSeconds(1) };

        Assert.Equal(("min_age", null), rules.Against(Name("foo"), "foo-1.whl", since: null, Now) is { } ruling ? (ruling.Rule, ruling.Until) : default);
        Assert.Contains("nobody knows", rules.Against(Name("foo"), "foo-1.whl", since: null, Now)?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_end_of_time_is_held_back_as_its_upload_time_lies_in_the_future()
    {
        var ruling = new UpstreamRules { MinAge = TimeSpan.FromDays(3) }.Against(Name("foo"), "foo-1.whl", DateTimeOffset.MaxValue, Now);

        Assert.Equal(("min_age", null), ruling is null ? default : (ruling.Rule, ruling.Until));
        Assert.Contains("upload time lies in the future", ruling?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_cooldown_or_exempt_from_it_any_age_will_do()
    {
        var rules = new UpstreamRules { MinAge = TimeSpan.FromDays(3), MinAgeExempt = [Pattern("Trusted_*")] };

        Assert.Null(UpstreamRules.None.Against(Name("foo"), "foo-1.whl", since: null, Now));
        Assert.Null(rules.Against(Name("trusted.lib"), "trusted_lib-1.whl", since: null, Now));
        Assert.Equal((true, false), (rules.IsExempt(Name("trusted-lib")), UpstreamRules.None.IsExempt(Name("trusted-lib"))));
    }

    private static NamePattern Pattern(string text)
    {
        Assert.True(NamePattern.TryParse(text, out var pattern, out _));

        return pattern;
    }

    private static ProjectName Name(string text)
    {
        Assert.True(ProjectName.TryParse(text, out var name));

        return name;
    }
}
