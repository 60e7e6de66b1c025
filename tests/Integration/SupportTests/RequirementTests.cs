using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

public class RequirementTests
{
    [Fact]
    public void Each_need_is_met_or_says_what_is_missing() =>
        Assert.All(Enum.GetValues<Needs>(), need => Assert.NotEqual("", Requirement.Unmet(need)));

    [Fact]
    public void The_first_unmet_need_is_the_reason_for_a_skip()
    {
        var reasons = Enum.GetValues<Needs>().Select(need => Requirement.Unmet(need));

        Assert.Equal(reasons.FirstOrDefault(reason => reason is not null), new FactWhenAttribute(Enum.GetValues<Needs>()).Skip);
        Assert.Equal(Requirement.IsSoak, new TheoryWhenAttribute(Needs.Soak).Skip is null);
    }

    [Fact]
    public void A_need_that_nobody_knows_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(() => Requirement.Unmet((Needs)99));
}
