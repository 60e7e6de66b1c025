using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public class NearestTests
{
    private static readonly string[] Known = ["type", "raw", "owner", "max_file_bytes", "read_secret", "write_secret"];

    [Theory]
    [InlineData("Type", "type")]
    [InlineData("tpe", "type")]
    [InlineData("rw", "raw")]
    [InlineData("readSecret", "read_secret")]
    [InlineData("writ_secret", "write_secret")]
    [InlineData("max-file-bytes", "max_file_bytes")]
    public void A_mistyped_name_is_recognised(string typed, string meant) => Assert.Equal(meant, Nearest.To(typed, Known));

    [Theory]
    [InlineData("")]
    [InlineData("foo")]
    [InlineData("secret")]
    [InlineData("bytes")]
    public void Another_name_is_not(string typed) => Assert.Null(Nearest.To(typed, Known));

    [Fact]
    public void A_huge_name_costs_nothing() => Assert.Null(Nearest.To(new string('x', 10_000_000), Known));
}
