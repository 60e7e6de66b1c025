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
    public void A_name_of_any_length_is_compared_at_once() =>
        Assert.Null(Nearest.To(new string('p', 100_000_000), ["port"]));

    [Fact]
    public void Nothing_is_near_where_nothing_is_known() => Assert.Null(Nearest.To("port", []));
}
