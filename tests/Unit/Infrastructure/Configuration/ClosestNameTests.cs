using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public sealed class ClosestNameTests
{
    private static readonly string[] Known = ["type", "host", "port", "extra_index_url", "max_file_bytes", "read_secret"];

    [Theory]
    [InlineData("port", "port")]
    [InlineData("prot", "port")]
    [InlineData("PORT", "port")]
    [InlineData("hosts", "host")]
    [InlineData("url", "extra_index_url")]
    [InlineData("tpe", "type")]
    [InlineData("readSecret", "read_secret")]
    [InlineData("max-file-bytes", "max_file_bytes")]
    public void A_mistyped_name_is_recognised(string typed, string meant) => Assert.Equal(meant, ClosestName.To(typed, Known));

    [Theory]
    [InlineData("")]
    [InlineData("zzzzzz")]
    public void Another_name_is_not(string typed) => Assert.Null(ClosestName.To(typed, Known));

    [Fact]
    public void Two_letters_that_changed_places_are_one_mistake() => Assert.Equal("host", ClosestName.To("hsot", ["hot", "host"]));

    [Fact]
    public void A_huge_name_costs_nothing() => Assert.Null(ClosestName.To(new string('x', 10_000_000), Known));

    [Fact]
    public void An_endless_name_is_near_to_nothing() => Assert.Null(ClosestName.To("port" + new string('t', 97), ["port"]));

    [Fact]
    public void Nothing_is_near_where_nothing_is_known() => Assert.Null(ClosestName.To("port", []));
}
