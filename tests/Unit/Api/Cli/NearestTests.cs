using PyWharf.Api.Cli;

namespace PyWharf.Unit.Api.Cli;

public sealed class NearestTests
{
    [Theory]
    [InlineData("port", "port")]
    [InlineData("prot", "port")]
    [InlineData("PORT", "port")]
    [InlineData("hosts", "host")]
    [InlineData("url", "extra_index_url")]
    [InlineData("", null)]
    [InlineData("zzzzzz", null)]
    public void The_nearest_name_is_one_that_may_be_meant(string typed, string? expected) =>
        Assert.Equal(expected, Nearest.To(typed, ["host", "port", "extra_index_url"]));

    [Fact]
    public void Two_letters_that_changed_places_are_one_mistake() => Assert.Equal("host", Nearest.To("hsot", ["hot", "host"]));

    [Fact]
    public void An_endless_name_is_near_to_nothing() => Assert.Null(Nearest.To("port" + new string('t', 97), ["port"]));

    [Fact]
    public void Nothing_is_near_where_nothing_is_known() => Assert.Null(Nearest.To("port", []));
}
